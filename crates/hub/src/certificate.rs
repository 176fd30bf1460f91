//! Certificates of the phones' own keys: with one a phone may give receipts at the door, see [`payung_domain::slip`].

use crate::context::day_here;
use crate::error::{ApiError, HubError};
use crate::hub::Hub;
use crate::store::device::Device;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use jiff::ToSpan as _;
use payung_domain::slip::Certificate;

/// For how many days a phone may give receipts; it asks anew long before.
pub const DAYS: i64 = 400;

/// A certificate for the key that a phone names, in base64: nothing where it names none, or no key of Ed25519. Whoever calls has
/// made sure that the phone is not blocked.
pub fn of(hub: &Hub, device: &Device, village: &str, phone_key: Option<&str>) -> Result<Option<String>, ApiError> {
    let Some(text) = phone_key else { return Ok(None) };
    let mut phone_key = [0; 32];
    hex::decode_to_slice(text, &mut phone_key).map_err(|_| ApiError::bad_request("phone_key has 64 hex digits"))?;
    if !VerifyingKey::from_bytes(&phone_key).is_ok_and(|key| !key.is_weak()) {
        return Ok(None);
    }
    let until = day_here(hub.context.now()).checked_add(DAYS.days());
    let certificate = Certificate {
        phone_key,
        phone: Certificate::name_of(&device.id),
        kader: device.kader_name.clone(),
        village: village.to_owned(),
        office: hub.settings.name.clone(),
        until: until.map_err(|_| HubError::Corrupt("the clock"))?,
    };
    let bytes = certificate.sealed(&hub.key.public(), |framed| hub.key.sign_card(framed));
    Ok(Some(STANDARD.encode(bytes.map_err(|_| HubError::Corrupt("the clock"))?)))
}
