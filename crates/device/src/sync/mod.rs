//! Push and pull in one round trip, text before photos, until nothing is left or something fails.

pub(crate) mod call;
pub(crate) mod failure;
pub(crate) mod upload;

use crate::device::Device;
use crate::pairing::Pairing;
use crate::store::{outbox, photo, setting};
use crate::transport::Transport;
use call::{Hub, post_signed};
use failure::SyncFailure;
use jiff::Timestamp;
use payung_domain::PhotoHash;
use payung_domain::wire::{self, SyncRequest, SyncResponse};
use serde::{Deserialize, Serialize};

/// How a sync went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Records whose text the hub receipted in this sync.
    pub records_sent: u32,
    /// Photos whose bytes went up in this sync.
    pub photos_sent: u32,
    /// Records that the hub refused for their content.
    pub records_refused: u32,
    /// Records that got a new state from the office.
    pub changes: u32,
    /// What stopped it; nothing when all is done.
    pub failure: Option<SyncFailure>,
}

/// A line of the sync journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// By this phone's clock.
    pub at: Timestamp,
    /// How it went.
    pub report: Report,
}

/// Exchanges everything there is to exchange. What was done before a failure stays done.
pub(crate) async fn run(device: &Device) -> Report {
    let mut report = Report::default();
    report.failure = exchange(device, &mut report).await.err();
    report
}

async fn exchange(device: &Device, report: &mut Report) -> Result<(), SyncFailure> {
    let now = device.env().clock.now();
    let pairing = device
        .with_store(move |store| {
            store.write(|tx| outbox::end_leases(tx, Some(now)))?;
            store.read(setting::pairing)
        })
        .await?
        .ok_or(SyncFailure::NotPaired)?;
    while round(device, &pairing, report).await? {}
    let sent = send_photos(device, &pairing, report).await;
    if report.photos_sent > 0 {
        // for the receipts of the photos, also when a later one failed
        while round(device, &pairing, report).await? {}
    }
    sent
}

/// One round trip; tells whether there is more to say or to hear.
async fn round(device: &Device, pairing: &Pairing, report: &mut Report) -> Result<bool, SyncFailure> {
    let env = device.env();
    let now = env.clock.now();
    let nonce = hex::encode(env.random::<16>().map_err(|_| SyncFailure::Phone)?);
    let (records, awaiting, cursor) = device
        .with_store(move |store| {
            store.write(|tx| {
                let batch = outbox::take_batch(tx, wire::MOST_RECORDS, now)?;
                let awaiting = outbox::awaiting(tx, wire::MOST_RECORDS)?;
                crate::store::Result::Ok((batch, awaiting, setting::get(tx, setting::CURSOR)?))
            })
        })
        .await?;
    let pushed: Vec<_> = records.iter().map(|record| (record.id, record.revision)).collect();
    let sent: Vec<_> = records.iter().map(|record| record.id).collect();
    if !sent.is_empty() {
        device.say_changed();
    }
    let asked = awaiting.clone();
    let request =
        SyncRequest { version: wire::VERSION, nonce: nonce.clone(), device_time: now, cursor, records, awaiting };
    let hub = Hub { url: &pairing.hub_url, token: Some(&pairing.token), key: Some(&pairing.hub_key) };
    let answer: Result<SyncResponse, _> = post_signed(env.transport.as_ref(), &hub, "/v1/sync", &request).await;
    let answer = answer.and_then(|answer| if answer.nonce == nonce { Ok(answer) } else { Err(SyncFailure::NotTheHub) });
    let applied = match answer {
        Ok(answer) => {
            let (sent_count, refused) = (sent.len(), answer.refusals.len());
            let (news, unsettled, more) = device
                .with_store(move |store| {
                    store.write(|tx| {
                        let news = outbox::apply(tx, &answer, &pushed, &asked)?;
                        outbox::stop_sending(tx, &sent)?;
                        let unsettled = outbox::unsettled(tx, &sent)?;
                        // a full page of photo receipts of which some came: there may be more behind it
                        let is_full = asked.len() == wire::MOST_RECORDS;
                        let moved_on = is_full && outbox::awaiting(tx, wire::MOST_RECORDS)? != asked;
                        // what an answer does not settle must not make the phone ask for ever
                        let goes_on = unsettled == 0 && outbox::has_waiting(tx)?;
                        crate::store::Result::Ok((news, unsettled, answer.more || moved_on || goes_on))
                    })
                })
                .await?;
            let settled = sent_count.saturating_sub(unsettled).saturating_sub(refused);
            report.records_sent += u32::try_from(settled).unwrap_or(0);
            report.records_refused += u32::try_from(refused).unwrap_or(0);
            report.changes += news;
            Ok(more)
        }
        Err(failure) => {
            device.with_store(move |store| store.write(|tx| outbox::stop_sending(tx, &sent))).await?;
            Err(failure)
        }
    };
    device.say_changed();
    applied
}

/// Sends photos until none is left. A cut photo goes on where it stopped, next time; one that the hub can't take does not
/// block the others.
async fn send_photos(device: &Device, pairing: &Pairing, report: &mut Report) -> Result<(), SyncFailure> {
    let transport = device.env().transport.as_ref();
    let hub = Hub { url: &pairing.hub_url, token: Some(&pairing.token), key: Some(&pairing.hub_key) };
    let mut tried: Vec<PhotoHash> = Vec::new();
    let mut trouble = None;
    loop {
        let known = tried.clone();
        let next = device.with_store(move |store| store.read(|db| photo::next_upload(db, &known))).await?;
        let Some(upload) = next else {
            return trouble.map_or(Ok(()), Err);
        };
        tried.push(upload.sha256);
        match send_photo(device, transport, &hub, &upload).await {
            Ok(()) => report.photos_sent += 1,
            Err(failure @ (SyncFailure::Refused(_) | SyncFailure::HubTrouble(_))) => trouble = Some(failure),
            Err(failure) => return Err(failure),
        }
        device.say_changed();
    }
}

async fn send_photo(
    device: &Device,
    transport: &dyn Transport,
    hub: &Hub<'_>,
    upload: &photo::Upload,
) -> Result<(), SyncFailure> {
    let sha256 = upload.sha256;
    let mut progress = upload::begin(transport, hub, sha256, upload.jpeg.len(), &upload.url).await?;
    let url = progress.url.clone();
    device.with_store(move |store| store.write(|tx| photo::set_upload_url(tx, sha256, &url))).await?;
    while progress.offset < upload.jpeg.len() {
        progress = upload::send_piece(transport, hub, &progress, &upload.jpeg).await?;
    }
    Ok(())
}
