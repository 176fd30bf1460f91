//! Push and pull in one round trip, text before photos, until nothing is left or something fails.

pub(crate) mod call;
pub(crate) mod candidates;
pub(crate) mod ended;
mod enrolled;
pub(crate) mod failure;
pub(crate) mod pace;
pub(crate) mod parcel;
pub(crate) mod upload;

use crate::device::Device;
use crate::pairing::Pairing;
use crate::store::{self, answer, outbox, photo, place, setting, slip};
use call::{Hub, post_signed};
use failure::SyncFailure;
use jiff::Timestamp;
use payung_domain::PhotoHash;
use payung_domain::wire::{self, ErrorCode, Pushed, SyncRequest, SyncResponse};
use serde::{Deserialize, Serialize};

/// What made a sync begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The app was opened.
    Start,
    /// A record was saved.
    Saved,
    /// The signal came back.
    Online,
    /// The app was looked at again.
    Resumed,
    /// Time had passed.
    Timer,
    /// The kader asked for it.
    #[default]
    Hand,
}

/// What the phone is connected by, as far as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// Costs nothing by the megabyte.
    Wifi,
    /// Costs the kader's own money.
    Cellular,
    /// The system does not say.
    #[default]
    Unknown,
}

/// When and on what link a sync begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Occasion {
    /// What made it begin.
    pub trigger: Trigger,
    /// What it goes over.
    pub link: Link,
}

/// How a sync went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// What made it begin.
    pub trigger: Trigger,
    /// Records whose text the hub receipted in this sync.
    pub records_sent: u32,
    /// Records whose text still waits.
    pub records_left: u32,
    /// Photos whose bytes went up in this sync.
    pub photos_sent: u32,
    /// Photos that still wait.
    pub photos_left: u32,
    /// The photos wait for a Wi-Fi, as the kader wished.
    pub waits_for_wifi: bool,
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
pub(crate) async fn run(device: &Device, occasion: Occasion) -> Report {
    let mut report = Report { trigger: occasion.trigger, ..Report::default() };
    report.failure = exchange(device, occasion, &mut report).await.err();
    if let Ok(counts) = device.counts().await {
        (report.records_left, report.photos_left) = (counts.to_send, counts.photos_to_send);
    }
    report.waits_for_wifi &= report.photos_left > 0;
    report
}

async fn exchange(device: &Device, occasion: Occasion, report: &mut Report) -> Result<(), SyncFailure> {
    let now = device.env().clock.now();
    let (pairing, only_on_wifi) = device
        .with_store(move |store| {
            store.write(|tx| outbox::end_leases(tx, Some(now)))?;
            store.read(|db| Ok((setting::pairing(db)?, setting::get(db, setting::PHOTOS_ON_WIFI)?.unwrap_or(false))))
        })
        .await?;
    let pairing = pairing.ok_or(SyncFailure::NotPaired)?;
    while round(device, &pairing, report).await? {}
    // small, and before photos that take their time
    ended::hear(device, &pairing, occasion.trigger == Trigger::Hand).await?;
    // where the system does not name the link, the kader's own hand decides
    let is_free = match occasion.link {
        Link::Wifi => true,
        Link::Cellular => false,
        Link::Unknown => occasion.trigger == Trigger::Hand,
    };
    report.waits_for_wifi = only_on_wifi && !is_free;
    let sent = send_photos(device, &pairing, report).await;
    if report.photos_sent > 0 {
        // for the receipts of the photos, also when a later one failed
        while round(device, &pairing, report).await? {}
    }
    if sent.is_ok() && !report.waits_for_wifi {
        parcel::deliver(device, &pairing).await?;
        enrolled::hear(device, &pairing).await?;
        candidates::hear(device, &pairing, occasion.trigger == Trigger::Hand).await?;
    }
    sent
}

/// An answer with a receipt for each record. One that is about other records than were pushed is no answer to them.
fn unfolded(mut reply: SyncResponse, pushed: &[Pushed]) -> Result<SyncResponse, SyncFailure> {
    if let Some(batch) = reply.batch.take() {
        let receipts = batch.receipts(pushed, &reply.receipts, &reply.refusals).ok_or(SyncFailure::NotTheHub)?;
        reply.receipts.extend(receipts);
    }
    Ok(reply)
}

/// One round trip; tells whether there is more to say or to hear.
async fn round(device: &Device, pairing: &Pairing, report: &mut Report) -> Result<bool, SyncFailure> {
    let env = device.env();
    let now = env.clock.now();
    let nonce = hex::encode(env.random::<16>().map_err(|_| SyncFailure::Phone)?);
    let most_bytes = device.pace().text_bytes();
    let env_of_key = env.clone();
    let (records, awaiting, cursor, lease, village, phone_key) = device
        .with_store(move |store| {
            store.write(|tx| {
                let records = outbox::take_batch(tx, (wire::MOST_RECORDS, most_bytes), now)?;
                let awaiting = outbox::awaiting(tx, wire::MOST_RECORDS)?;
                let village = setting::village(tx)?.map(|village| village.digest());
                let phone_key = slip::key_to_certify(tx, &env_of_key)?;
                let cursor = setting::get(tx, setting::CURSOR)?;
                store::Result::Ok((records, awaiting, cursor, place::ask(tx)?, village, phone_key))
            })
        })
        .await?;
    let pushed: Vec<_> = records.iter().map(Pushed::of).collect();
    let sent: Vec<_> = records.iter().map(|record| record.id).collect();
    let text: usize = records.iter().map(|record| record.enrolment.get().len()).sum();
    if !sent.is_empty() {
        device.say_changed();
    }
    let asked = awaiting.clone();
    let request = SyncRequest {
        version: wire::VERSION,
        nonce: nonce.clone(),
        device_time: now,
        cursor,
        records,
        awaiting,
        village,
        lease,
        takes_batch_receipt: true,
        phone_key,
    };
    let hub = Hub { url: &pairing.hub_url, token: Some(&pairing.token), key: Some(&pairing.hub_key) };
    let reply: Result<SyncResponse, _> = post_signed(env.transport.as_ref(), &hub, "/v1/sync", &request).await;
    let reply = reply.and_then(|reply| match reply.nonce == nonce {
        true => unfolded(reply, &pushed),
        false => Err(SyncFailure::NotTheHub),
    });
    let applied = match reply {
        Ok(reply) => {
            if text * 2 > most_bytes {
                device.set_pace(device.pace().faster());
            }
            let (sent_count, refused) = (sent.len(), reply.refusals.len());
            let heard_at = env.clock.now();
            let (news, unsettled, more) = device
                .with_store(move |store| {
                    store.write(|tx| {
                        let news = answer::apply(tx, &reply, &pushed, &asked, heard_at)?;
                        outbox::stop_sending(tx, &sent)?;
                        let unsettled = outbox::unsettled(tx, &sent)?;
                        // a full page of photo receipts of which some came: there may be more behind it
                        let is_full = asked.len() == wire::MOST_RECORDS;
                        let moved_on = is_full && outbox::awaiting(tx, wire::MOST_RECORDS)? != asked;
                        // what an answer does not settle must not make the phone ask for ever
                        let goes_on = unsettled == 0 && outbox::has_waiting(tx)?;
                        store::Result::Ok((news, unsettled, reply.more || moved_on || goes_on))
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
            let was_slowest = device.pace().is_slowest();
            if text > 0 && matches!(failure, SyncFailure::Interrupted | TOO_LARGE) {
                device.set_pace(device.pace().slower());
            }
            // half of it may get through at once
            if text > 0 && failure == TOO_LARGE && !was_slowest { Ok(true) } else { Err(failure) }
        }
    };
    device.say_changed();
    applied
}

/// The hub, or a proxy before it, takes no such long message.
const TOO_LARGE: SyncFailure = SyncFailure::Refused(ErrorCode::TooLarge);

/// Sends photos until none is left. A cut photo goes on where it stopped, next time; one that the hub can't take does not
/// block the others.
async fn send_photos(device: &Device, pairing: &Pairing, report: &mut Report) -> Result<(), SyncFailure> {
    let hub = Hub { url: &pairing.hub_url, token: Some(&pairing.token), key: Some(&pairing.hub_key) };
    let only_urgent = report.waits_for_wifi;
    let mut tried: Vec<PhotoHash> = Vec::new();
    let mut trouble = None;
    loop {
        let known = tried.clone();
        let next = device.with_store(move |store| store.read(|db| photo::next_upload(db, &known, only_urgent))).await?;
        let Some(upload) = next else {
            return trouble.map_or(Ok(()), Err);
        };
        tried.push(upload.sha256);
        match send_photo(device, &hub, &upload).await {
            Ok(()) => report.photos_sent += 1,
            Err(failure @ (SyncFailure::Refused(_) | SyncFailure::HubTrouble(_))) => trouble = Some(failure),
            Err(failure) => return Err(failure),
        }
        device.say_changed();
    }
}

async fn send_photo(device: &Device, hub: &Hub<'_>, upload: &photo::Upload) -> Result<(), SyncFailure> {
    let transport = device.env().transport.as_ref();
    let sha256 = upload.sha256;
    let mut progress = upload::begin(transport, hub, sha256, upload.jpeg.len(), &upload.url).await?;
    let url = progress.url.clone();
    device.with_store(move |store| store.write(|tx| photo::set_upload_url(tx, sha256, &url))).await?;
    // a hub keeps what has come before a cut; where nothing is kept, a proxy waits for whole pieces: they must be smaller
    if device.cut_at() == Some((sha256, progress.offset)) {
        device.set_pace(device.pace().slower());
    }
    while progress.offset < upload.jpeg.len() {
        let pace = device.pace();
        match upload::send_piece(transport, hub, &progress, &upload.jpeg, pace.piece_bytes()).await {
            Ok(None) => {
                device.with_store(move |store| store.write(|tx| photo::set_upload_url(tx, sha256, ""))).await?;
                return Err(SyncFailure::Interrupted);
            }
            Ok(Some(next)) => {
                if next.offset - progress.offset == pace.piece_bytes() {
                    device.set_pace(pace.faster());
                }
                progress = next;
            }
            Err(TOO_LARGE) if !pace.is_slowest() => device.set_pace(pace.slower()),
            Err(failure) => {
                device.set_cut_at((sha256, progress.offset));
                return Err(failure);
            }
        }
    }
    Ok(())
}
