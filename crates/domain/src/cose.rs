//! What the codes that anybody may check have in common: a CWT (RFC 8392) in COSE_Sign1 (RFC 9052) with Ed25519, packed by zlib and
//! base45 (RFC 9285).

use coset::cbor::value::{Integer, Value};
use coset::{CborSerializable as _, CoseSign1, CoseSign1Builder, HeaderBuilder, iana};
use ed25519_dalek::{Signature, VerifyingKey};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

pub(crate) const ISS: i64 = 1;
pub(crate) const EXP: i64 = 4;
pub(crate) const NBF: i64 = 5;
pub(crate) const IAT: i64 = 6;
pub(crate) const CTI: i64 = 7;

/// Seconds by which West Indonesian Time is ahead of UTC. A day of cover is over in the west last.
const WIB: i8 = 7;
/// A code has some 500 bytes; one that unpacks to more than this is none of ours.
const MOST_BYTES: usize = 4096;
/// The strongest: a few bytes less are a row of modules less.
const STRENGTH: u8 = 10;

/// What can't be written down: days outside of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day lies outside of the calendar")]
pub struct Unsealable;

/// Claims, signed: `sign` gives the 64 bytes of an Ed25519 signature over what it is given, `key_id` names the key.
pub(crate) fn signed(
    claims: &Value,
    key_id: Vec<u8>,
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> Result<Vec<u8>, Unsealable> {
    let mut payload = Vec::new();
    coset::cbor::into_writer(claims, &mut payload).map_err(|_| Unsealable)?;
    let header = HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(key_id).build();
    let signed = CoseSign1Builder::new().protected(header).payload(payload);
    signed.create_signature(b"", |bytes| sign(bytes).to_vec()).build().to_vec().map_err(|_| Unsealable)
}

/// With or without the tag that says what it is.
pub(crate) fn from_bytes(bytes: &[u8]) -> Option<CoseSign1> {
    CoseSign1::from_slice(bytes).or_else(|_| coset::TaggedCborSerializable::from_tagged_slice(bytes)).ok()
}

/// Whether this key has signed it, by Ed25519.
pub(crate) fn is_by(signed: &CoseSign1, key: &[u8; 32]) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(key) else { return false };
    let is_eddsa = signed.protected.header.alg == Some(coset::Algorithm::Assigned(iana::Algorithm::EdDSA));
    let verify = |signature: &[u8], bytes: &[u8]| key.verify_strict(bytes, &Signature::from_slice(signature)?);
    is_eddsa && signed.verify_signature(b"", verify).is_ok()
}

/// The text of a code.
pub(crate) fn packed(signed: &[u8]) -> String {
    base45::encode(compress_to_vec_zlib(signed, STRENGTH))
}

/// What a code's text holds; nothing is proven yet.
pub(crate) fn unpacked(text: &str) -> Option<CoseSign1> {
    from_bytes(&decompress_to_vec_zlib_with_limit(&base45::decode(text).ok()?, MOST_BYTES).ok()?)
}

/// What it says; nothing is proven yet.
pub(crate) fn claims(signed: &CoseSign1) -> Option<Value> {
    coset::cbor::from_reader(signed.payload.as_deref()?).ok()
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn number(number: i64) -> Value {
    Value::Integer(Integer::from(number))
}

pub(crate) fn map(entries: Vec<(i64, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (number(key), value)).collect())
}

pub(crate) fn get(claims: &Value, key: i64) -> Option<&Value> {
    claims.as_map()?.iter().find(|(name, _)| *name == number(key)).map(|(_, value)| value)
}

pub(crate) fn get_text(claims: &Value, key: i64) -> Option<String> {
    Some(get(claims, key)?.as_text()?.to_owned())
}

pub(crate) fn get_number(claims: &Value, key: i64) -> Option<i64> {
    get(claims, key)?.as_integer()?.try_into().ok()
}

pub(crate) fn get_bytes<const COUNT: usize>(claims: &Value, key: i64) -> Option<[u8; COUNT]> {
    get(claims, key)?.as_bytes()?.as_slice().try_into().ok()
}

/// The first second of a day in the west of Indonesia, in Unix seconds.
pub(crate) fn start_of(day: Date) -> Option<i64> {
    Some(jiff::tz::offset(WIB).to_timestamp(day.at(0, 0, 0, 0)).ok()?.as_second())
}

/// The day that begins at a second.
pub(crate) fn day_of(second: i64) -> Option<Date> {
    let moment = jiff::tz::offset(WIB).to_datetime(Timestamp::from_second(second).ok()?);
    (moment.time() == jiff::civil::Time::midnight()).then(|| moment.date())
}

/// The first second after a day.
pub(crate) fn end_of(day: Date) -> Option<i64> {
    start_of(day.checked_add(1.day()).ok()?)
}

/// The day that is over at a second.
pub(crate) fn day_before(second: i64) -> Option<Date> {
    day_of(second)?.checked_sub(1.day()).ok()
}
