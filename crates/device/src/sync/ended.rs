//! Which cards were ended before their last day, of the whole hub: so that any card can be checked without a signal.

use super::call::{Hub, post_signed};
use super::failure::SyncFailure;
use crate::device::Device;
use crate::env::Env;
use crate::pairing::Pairing;
use crate::store::{self, card, setting};
use jiff::{SignedDuration, Timestamp};
use payung_domain::card::CardNumber;
use payung_domain::wire::{self, ErrorCode};
use payung_domain::worker::{EndedRequest, EndedResponse};
use serde::{Deserialize, Serialize};

/// The list is asked for so often, and whenever the kader syncs by hand. One of which nothing is new costs 200 bytes.
const ASKED_MINUTES: i64 = 30;
/// Answers to one asking; a hub that never comes to an end must not hold the sync.
const MOST_ANSWERS: usize = 100;

/// How far the list was heard.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Heard {
    /// The hub's number of the last one.
    pub upto: u64,
    /// By the hub's clock; nothing before the list was heard to its end.
    pub as_of: Option<Timestamp>,
}

/// Asks for what is new where it is due. What was sent is sent, whether it comes or not.
pub(super) async fn hear(device: &Device, pairing: &Pairing, by_hand: bool) -> Result<(), SyncFailure> {
    let env = device.env();
    let now = env.clock.now();
    let due = move |store: &mut store::Store| {
        store.read(|db| {
            let asked: Option<Timestamp> = setting::get(db, setting::ENDED_ASKED)?;
            let age = asked.map(|asked| setting::hub_time(db, now).map(|now| now.duration_since(asked))).transpose()?;
            let is_fresh = |age: SignedDuration| !age.is_negative() && age < SignedDuration::from_mins(ASKED_MINUTES);
            Ok(by_hand || !age.is_some_and(is_fresh))
        })
    };
    if !device.with_store(due).await? {
        return Ok(());
    }
    let heard = device.with_store(|s| s.read(|db| Ok(setting::get::<Heard>(db, setting::ENDED)?.unwrap_or_default())));
    let Heard { upto, as_of } = heard.await?;
    // anybody may ask, and the hub need not know who does
    let hub = Hub { url: &pairing.hub_url, token: None, key: Some(&pairing.hub_key) };
    let keep = |page: EndedPage| async move {
        let keep = move |store: &mut store::Store| {
            store.write(|tx| {
                card::end(tx, &page.numbers)?;
                setting::set(tx, setting::ENDED, &Heard { upto: page.upto, as_of: page.as_of.or(as_of) })
            })
        };
        Ok(device.with_store(keep).await?)
    };
    match pages(env, &hub, upto, keep).await {
        // what is missing is asked for by the next sync
        Ok(false) => {}
        Ok(true) => {
            let asked = move |store: &mut store::Store| {
                store.write(|tx| {
                    let asked = setting::hub_time(tx, now)?;
                    setting::set(tx, setting::ENDED_ASKED, &asked)
                })
            };
            device.with_store(asked).await?;
        }
        Err(failure @ (SyncFailure::Phone | SyncFailure::Locked)) => return Err(failure),
        Err(failure) => tracing::info!(%failure, "which cards were ended was not heard"),
    }
    device.say_changed();
    Ok(())
}

/// A part of a hub's list.
pub(crate) struct EndedPage {
    pub numbers: Vec<CardNumber>,
    /// The hub's number of the last one.
    pub upto: u64,
    /// By the hub's clock; nothing where more is to come.
    pub as_of: Option<Timestamp>,
}

/// Hears a hub's list from a number on, each part kept before the next is asked for. Whether that was all of it.
pub(crate) async fn pages<Kept: Future<Output = Result<(), SyncFailure>>>(
    env: &Env,
    hub: &Hub<'_>,
    mut after: u64,
    keep: impl Fn(EndedPage) -> Kept,
) -> Result<bool, SyncFailure> {
    for _ in 0..MOST_ANSWERS {
        let nonce = hex::encode(env.random::<16>().map_err(|_| SyncFailure::Phone)?);
        let request = EndedRequest { version: wire::VERSION, nonce: nonce.clone(), after };
        let answer: EndedResponse = match post_signed(env.transport.as_ref(), hub, "/v1/ended", &request).await {
            // an older hub has no such list
            Err(SyncFailure::Refused(ErrorCode::NotFound)) => return Ok(true),
            answer => answer?,
        };
        if answer.nonce != nonce {
            return Err(SyncFailure::NotTheHub);
        }
        let goes_on = answer.more && answer.upto > after;
        after = answer.upto;
        keep(EndedPage { numbers: answer.numbers, upto: after, as_of: (!goes_on).then_some(answer.as_of) }).await?;
        if !goes_on {
            return Ok(true);
        }
    }
    Ok(false)
}
