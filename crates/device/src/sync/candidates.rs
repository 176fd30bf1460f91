//! Whom the village's lists name and nobody has enrolled: to be visited; and what became of the visits.

use super::call::{Hub, post_signed};
use super::failure::SyncFailure;
use crate::device::Device;
use crate::pairing::Pairing;
use crate::store::{self, outcome, setting};
use jiff::{SignedDuration, Timestamp};
use payung_domain::ids::ContentHash;
use payung_domain::wire::{self, Candidate, CandidatesRequest, CandidatesResponse, MOST_OUTCOMES};
use serde::{Deserialize, Serialize};

/// The list is asked for so often, and whenever the kader syncs by hand; after a failure in an hour. One that the phone has as
/// it is costs 200 bytes.
const ASKED_HOURS: i64 = 6;
/// With outcomes to tell it is asked for so often.
const TOLD_MINUTES: i64 = 10;

/// The list as it was heard.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Heard {
    pub digest: Option<ContentHash>,
    pub candidates: Vec<Candidate>,
}

/// Asks for the list where it is due. What was sent is sent, whether it comes or not.
pub(super) async fn hear(device: &Device, pairing: &Pairing, by_hand: bool) -> Result<(), SyncFailure> {
    let env = device.env();
    let now = env.clock.now();
    let due = move |store: &mut store::Store| {
        store.read(|db| {
            let asked: Option<Timestamp> = setting::get(db, setting::CANDIDATES_ASKED)?;
            let age = asked.map(|asked| setting::hub_time(db, now).map(|now| now.duration_since(asked))).transpose()?;
            let mut outcomes = outcome::unheard(db)?;
            outcomes.truncate(MOST_OUTCOMES);
            let every = match outcomes.is_empty() {
                true => SignedDuration::from_hours(ASKED_HOURS),
                false => SignedDuration::from_mins(TOLD_MINUTES),
            };
            let is_fresh = |age: SignedDuration| !age.is_negative() && age < every;
            let heard: Option<Heard> = setting::get(db, setting::CANDIDATES)?;
            Ok((by_hand || !age.is_some_and(is_fresh), heard.and_then(|heard| heard.digest), outcomes))
        })
    };
    let (is_due, known, outcomes) = device.with_store(due).await?;
    if !is_due {
        return Ok(());
    }
    let nonce = hex::encode(env.random::<16>().map_err(|_| SyncFailure::Phone)?);
    let hub = Hub { url: &pairing.hub_url, token: Some(&pairing.token), key: Some(&pairing.hub_key) };
    let request = CandidatesRequest { version: wire::VERSION, nonce: nonce.clone(), known, outcomes: outcomes.clone() };
    let answer = post_signed::<CandidatesResponse>(env.transport.as_ref(), &hub, "/v1/candidates", &request).await;
    let heard = match answer {
        Ok(answer) if answer.nonce == nonce => Some(answer),
        Ok(_) => None,
        Err(failure) => {
            // an older hub knows of no lists
            tracing::info!(%failure, "whom to visit was not heard");
            None
        }
    };
    let keep = move |store: &mut store::Store| {
        store.write(|tx| {
            let asked = setting::hub_time(tx, now)?;
            let again = SignedDuration::from_hours(1 - ASKED_HOURS);
            let asked = if heard.is_some() { asked } else { asked.checked_add(again).unwrap_or(asked) };
            setting::set(tx, setting::CANDIDATES_ASKED, &asked)?;
            let Some(CandidatesResponse { digest, candidates, has_outcomes, .. }) = heard else { return Ok(()) };
            if has_outcomes {
                outcome::hold(tx, &outcomes)?;
            }
            let Some(candidates) = candidates else { return Ok(()) };
            outcome::keep_listed(tx, &candidates)?;
            setting::set(tx, setting::CANDIDATES, &Heard { digest: Some(digest), candidates })
        })
    };
    device.with_store(keep).await?;
    device.say_changed();
    Ok(())
}
