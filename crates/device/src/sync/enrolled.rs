//! Who is enrolled in the regency, as far as a phone may know.

use super::call::{Hub, post_signed};
use super::failure::SyncFailure;
use crate::device::Device;
use crate::pairing::Pairing;
use crate::store::{self, setting};
use jiff::{SignedDuration, Timestamp};
use payung_domain::wire::{self, EnrolledRequest, EnrolledResponse};

/// Who is enrolled is asked for once a day; after a failure in an hour.
const ENROLLED_HOURS: i64 = 24;

/// Asks for the filter of who is enrolled in the regency, once a day. What was sent is sent, whether it comes or not.
pub(super) async fn hear(device: &Device, pairing: &Pairing) -> Result<(), SyncFailure> {
    let env = device.env();
    let now = env.clock.now();
    let due = move |store: &mut store::Store| {
        store.read(|db| {
            let asked: Option<Timestamp> = setting::get(db, setting::ENROLLED_ASKED)?;
            let age = asked.map(|asked| setting::hub_time(db, now).map(|now| now.duration_since(asked))).transpose()?;
            let is_fresh = |age: SignedDuration| !age.is_negative() && age < SignedDuration::from_hours(ENROLLED_HOURS);
            Ok(!age.is_some_and(is_fresh))
        })
    };
    if !device.with_store(due).await? {
        return Ok(());
    }
    let nonce = hex::encode(env.random::<16>().map_err(|_| SyncFailure::Phone)?);
    let hub = Hub { url: &pairing.hub_url, token: Some(&pairing.token), key: Some(&pairing.hub_key) };
    let request = EnrolledRequest { version: wire::VERSION, nonce: nonce.clone() };
    let answer = post_signed::<EnrolledResponse>(env.transport.as_ref(), &hub, "/v1/enrolled", &request).await;
    let filter = match answer {
        Ok(answer) if answer.nonce == nonce => Some(answer.filter),
        Ok(_) => None,
        Err(failure) => {
            tracing::info!(%failure, "who is enrolled was not heard");
            None
        }
    };
    let keep = move |store: &mut store::Store| {
        store.write(|tx| {
            let asked = setting::hub_time(tx, now)?;
            let again = SignedDuration::from_hours(1 - ENROLLED_HOURS);
            let asked = if filter.is_some() { asked } else { asked.checked_add(again).unwrap_or(asked) };
            setting::set(tx, setting::ENROLLED_ASKED, &asked)?;
            filter.map_or(Ok(()), |filter| setting::set(tx, setting::ENROLLED, &filter))
        })
    };
    Ok(device.with_store(keep).await?)
}
