//! Pairing codes: made by the office, used up by one phone.

use crate::certificate;
use crate::context::hash_of;
use crate::error::{ApiError, HubError};
use crate::hub::Hub;
use crate::line;
use crate::places::village_of;
use crate::rights::Scope;
use crate::store::device::{self, Device};
use crate::store::pairing_code::{self, PairingCode, Used};
use crate::store::sql::{self, Transaction};
use crate::store::{audit, lease, village};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use payung_domain::region::VillageCode;
use payung_domain::wire::{ErrorCode, PairRequest, PairResponse, VERSION};

/// 32 letters and digits, none of which looks like another: five bits each.
pub(crate) const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// How long a code is good for by default, in hours.
pub const CODE_HOURS: u32 = 24;
/// A phone may call itself no longer name, in characters.
const LONGEST_DEVICE_NAME: usize = 80;
/// For how long the call that used a code is answered again.
const ANSWERED_AGAIN_HOURS: i64 = 1;
/// A shorter nonce could be guessed, and with it a phone's token replaced.
const SHORTEST_LASTING_NONCE: usize = 16;

/// Makes a code for one phone of a village: `ABCD-EFGH`. Only its hash is kept.
pub fn make_code(
    hub: &Hub,
    village: VillageCode,
    kader_name: &str,
    hours: u32,
    made_by: &str,
) -> Result<String, HubError> {
    let letters: String =
        hub.context.random::<8>()?.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    let now = hub.context.now().as_millisecond();
    let code = PairingCode {
        hash: hash_of(&letters),
        village,
        kader_name: kader_name.trim().to_owned(),
        expires_at: now + i64::from(hours) * 3_600_000,
        used: None,
    };
    hub.store.write(|transaction| {
        pairing_code::add(transaction, &code, made_by, now)?;
        audit::add(transaction, now, made_by, "code.make", &village.to_string())
    })?;
    Ok(format!("{}-{}", &letters[..4], &letters[4..]))
}

/// The text of the QR code beside a pairing code; a phone that scans it pins this hub's key at once.
pub fn link(hub: &Hub, hub_url: &str, code: &str) -> String {
    format!("payung://pair?hub={}&code={code}&key={}", percent_encoded(hub_url), hub.key.public_hex())
}

pub(crate) fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Gives a phone its village and its token, and uses the code up.
pub fn pair(hub: &Hub, request: PairRequest) -> Result<PairResponse, ApiError> {
    let letters: String = request.code.to_uppercase().chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    // The same for the same call: one that arrives twice must not end the token that its first answer gave.
    let asked = [letters.as_bytes(), b"\n", request.nonce.as_bytes()].concat();
    let token = URL_SAFE_NO_PAD.encode(hub.key.secret_for("a phone's token", &asked));
    let device_id = hex::encode(hub.context.random::<16>()?);
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        let refused = |status, code, message| ApiError::new(status, code, message);
        let code = pairing_code::get(transaction, &hash_of(&letters))?
            .ok_or_else(|| refused(StatusCode::NOT_FOUND, ErrorCode::PairingCodeUnknown, "no such pairing code"))?;
        let village = village::get(transaction, code.village)?.ok_or(HubError::Corrupt("village of a code"))?;
        let device = match &code.used {
            Some(used) => device_again(transaction, used, &request.nonce, now)?.ok_or_else(|| {
                refused(StatusCode::CONFLICT, ErrorCode::PairingCodeUsed, "the code was used by a phone")
            })?,
            None if code.expires_at <= now => {
                return Err(refused(StatusCode::GONE, ErrorCode::PairingCodeExpired, "the code is too old"));
            }
            None => {
                let device = Device {
                    id: device_id.clone(),
                    village: code.village,
                    name: one_line(&request.device_name, LONGEST_DEVICE_NAME),
                    kader_name: code.kader_name.clone(),
                    paired_at: now,
                    last_seen_at: now,
                    is_blocked: false,
                };
                device::add(transaction, &device, &hash_of(&token))?;
                let used = Used { device_id: device.id.clone(), nonce_hash: hash_of(&request.nonce), at: now };
                pairing_code::use_up(transaction, &code.hash, &used)?;
                device
            }
        };
        audit::add(transaction, now, &format!("device:{}", device.id), "device.pair", &code.village.to_string())?;
        let village = village_of(hub, transaction, &village)?;
        let certificate = certificate::of(hub, &device, &village.name, request.phone_key.as_deref())?;
        Ok(PairResponse {
            version: VERSION,
            nonce: request.nonce.clone(),
            device_id: device.id,
            token: token.clone(),
            hub_name: hub.settings.name.clone(),
            hub_key: hub.key.public_hex(),
            kader_name: code.kader_name,
            village,
            certificate,
        })
    })
}

/// The phone that a code became, if this is the same call again because its answer was lost.
fn device_again(transaction: &Transaction, used: &Used, nonce: &str, now: i64) -> sql::Result<Option<Device>> {
    let is_same = nonce.chars().count() >= SHORTEST_LASTING_NONCE && hash_of(nonce) == used.nonce_hash;
    if !is_same || now - used.at >= ANSWERED_AGAIN_HOURS * 3_600_000 {
        return Ok(None);
    }
    Ok(device::get(transaction, &used.device_id)?.filter(|device| !device.is_blocked))
}

/// A name from outside without line breaks and other marks that could spoil a page or a log.
fn one_line(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(most).collect::<String>().trim().to_owned()
}

/// The phone that a token belongs to.
pub fn authenticate(hub: &Hub, token: &str) -> Result<Device, ApiError> {
    hub.store
        .read::<_, HubError>(|connection| Ok(device::by_token_hash(connection, &hash_of(token))?))?
        .ok_or_else(ApiError::token_unknown)
}

/// Ends a phone's right to call; tells whether there is such a phone that had it.
pub fn block(hub: &Hub, id: &str, actor: &str) -> Result<bool, HubError> {
    block_within(hub, id, Scope::All, actor)
}

/// The same for who may touch the phones of one village only.
pub fn block_within(hub: &Hub, id: &str, scope: Scope, actor: &str) -> Result<bool, HubError> {
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        let is_blocked = device::block(transaction, id, scope, now)?;
        if is_blocked {
            let village = device::get(transaction, id)?.ok_or(HubError::Corrupt("a phone"))?.village;
            for programme in lease::take_all_back(transaction, id)? {
                // a phone that is lost is blocked also where a programme's file is gone
                if hub.catalogue.programme(&programme).is_some() {
                    line::move_up(hub, transaction, &programme, village, now)?;
                }
            }
            audit::add(transaction, now, actor, "device.block", &format!("device:{id}"))?;
        }
        Ok(is_blocked)
    })
}
