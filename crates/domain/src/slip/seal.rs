//! Between a receipt and the text of its code.

use super::{Certificate, SignedSlip, Slip};
use crate::card::Refusal;
use crate::cose::{self, CTI, EXP, IAT, ISS, Unsealable, get, get_bytes, get_number, get_text, map, number, text};
use crate::worker_key::WorkerKey;
use coset::cbor::value::Value;
use jiff::Timestamp;

/// Proof of possession (RFC 8747).
const CNF: i64 = 8;
const COSE_KEY: i64 = 1;
/// The first of the claims that anybody may use as they like.
const OURS: i64 = -65537;

// as in the card where the two say the same
const NAME: i64 = 4;
const PROGRAMME: i64 = 101;
const VILLAGE: i64 = 102;
const HUB_URL: i64 = 103;
const CERTIFICATE: i64 = 104;

/// Left out of an address: eight letters are twelve modules and more.
const SCHEME: &str = "https://";

// of a COSE_Key (RFC 9053)
const KTY: i64 = 1;
const OKP: i64 = 1;
const CRV: i64 = -1;
const ED25519: i64 = 6;
const X: i64 = -2;

pub(super) fn certificate(
    certificate: &Certificate,
    hub_key: &[u8; 32],
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> Result<Vec<u8>, Unsealable> {
    let key = map(vec![(KTY, number(OKP)), (CRV, number(ED25519)), (X, bytes(&certificate.phone_key))]);
    let claims = map(vec![
        (ISS, text(&certificate.office)),
        (EXP, number(cose::end_of(certificate.until).ok_or(Unsealable)?)),
        (CTI, bytes(&certificate.phone)),
        (CNF, map(vec![(COSE_KEY, key)])),
        (OURS, map(vec![(NAME, text(&certificate.kader)), (VILLAGE, text(&certificate.village))])),
    ]);
    // the whole key: whoever reads a receipt must be able to learn it
    cose::signed(&claims, hub_key.to_vec(), sign)
}

pub(super) fn sealed(
    slip: &Slip,
    certificate: &[u8],
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> Result<String, Unsealable> {
    let ours = map(vec![
        (NAME, text(&slip.name)),
        (PROGRAMME, text(&slip.programme)),
        (HUB_URL, text(slip.hub_url.strip_prefix(SCHEME).unwrap_or(&slip.hub_url))),
        (CERTIFICATE, bytes(certificate)),
    ]);
    let claims = map(vec![(IAT, number(slip.saved_at.as_second())), (CTI, bytes(slip.key.as_bytes())), (OURS, ours)]);
    // the certificate names the key
    Ok(cose::packed(&cose::signed(&claims, Vec::new(), sign)?))
}

fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

/// Whether these are a receipt's claims.
pub(crate) fn is_slip(claims: &Value) -> bool {
    get(claims, OURS).is_some_and(|ours| get(ours, CERTIFICATE).is_some())
}

pub(super) fn opened(text: &str) -> Result<SignedSlip, Refusal> {
    let signed = cose::unpacked(text).ok_or(Refusal::NoCard)?;
    let claims = cose::claims(&signed).filter(is_slip).ok_or(Refusal::NoCard)?;
    let of_hub = get(&claims, OURS).and_then(|ours| get(ours, CERTIFICATE)?.as_bytes()).map(Vec::as_slice);
    let (certificate, hub_key) = of_hub.and_then(opened_certificate).ok_or(Refusal::NotGenuine)?;
    if !cose::is_by(&signed, &certificate.phone_key) {
        return Err(Refusal::NotGenuine);
    }
    let slip = slip(&claims).ok_or(Refusal::NotGenuine)?;
    Ok(SignedSlip { slip, certificate, hub_key })
}

fn slip(claims: &Value) -> Option<Slip> {
    let ours = get(claims, OURS)?;
    let url = get_text(ours, HUB_URL)?;
    Some(Slip {
        key: WorkerKey::from_bytes(get_bytes(claims, CTI)?),
        name: get_text(ours, NAME)?,
        programme: get_text(ours, PROGRAMME)?,
        saved_at: Timestamp::from_second(get_number(claims, IAT)?).ok()?,
        hub_url: if url.contains("://") { url } else { format!("{SCHEME}{url}") },
    })
}

/// With the key that has signed it, which it names itself.
pub(super) fn opened_certificate(bytes: &[u8]) -> Option<(Certificate, [u8; 32])> {
    let signed = cose::from_bytes(bytes)?;
    let hub_key = signed.protected.header.key_id.as_slice().try_into().ok()?;
    let claims = cose::claims(&signed).filter(|_| cose::is_by(&signed, &hub_key))?;
    let (key, ours) = (get(get(&claims, CNF)?, COSE_KEY)?, get(&claims, OURS)?);
    let is_ed25519 = get_number(key, KTY) == Some(OKP) && get_number(key, CRV) == Some(ED25519);
    let certificate = Certificate {
        phone_key: get_bytes(key, X).filter(|_| is_ed25519)?,
        phone: get_bytes(&claims, CTI)?,
        kader: get_text(ours, NAME)?,
        village: get_text(ours, VILLAGE)?,
        office: get_text(&claims, ISS)?,
        until: cose::day_before(get_number(&claims, EXP)?)?,
    };
    Some((certificate, hub_key))
}
