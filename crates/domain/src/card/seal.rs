//! Between a card and the text of its code.

use super::{Card, CardNumber, Issuer, Refusal};
use crate::cose::{self, CTI, EXP, IAT, ISS, NBF, Unsealable, get, get_bytes, get_number, get_text, map, number, text};
use coset::cbor::value::Value;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// The claim that MOSIP registered for a person's data.
const IDENTITY: i64 = 169;

const ID: i64 = 1;
const VERSION: i64 = 2;
const LANGUAGE: i64 = 3;
const FULL_NAME: i64 = 4;
// from 100 on an issuer may put what it likes
const MASKED_NIK: i64 = 100;
const PROGRAMME: i64 = 101;
const COVERS: i64 = 102;

/// The name of a key in a signature's header: the beginning of its SHA-256.
fn key_id(key: &[u8; 32]) -> Vec<u8> {
    Sha256::digest(key)[..8].to_vec()
}

pub(super) fn sealed(card: &Card, key: &[u8; 32], sign: impl FnOnce(&[u8]) -> [u8; 64]) -> Result<String, Unsealable> {
    let signed = cose::signed(&claims(card).ok_or(Unsealable)?, key_id(key), sign)?;
    Ok(cose::packed(&signed))
}

fn claims(card: &Card) -> Option<Value> {
    let identity = map(vec![
        (ID, text(&card.kpj)),
        (VERSION, text("1")),
        (LANGUAGE, text("ind")),
        (FULL_NAME, text(&card.name)),
        (MASKED_NIK, text(&card.masked_nik)),
        (PROGRAMME, text(&card.programme)),
        (COVERS, Value::Array(card.covers.iter().map(|cover| text(cover)).collect())),
    ]);
    Some(map(vec![
        (ISS, text(&card.issuer)),
        (EXP, number(cose::end_of(card.until)?)),
        (NBF, number(cose::start_of(card.from)?)),
        (IAT, number(card.issued_at.as_second())),
        (CTI, Value::Bytes(card.number.as_bytes().to_vec())),
        (IDENTITY, identity),
    ]))
}

/// Whether these are a card's claims.
pub(crate) fn is_card(claims: &Value) -> bool {
    get(claims, IDENTITY).is_some()
}

pub(super) fn opened(text: &str, issuers: &[Issuer]) -> Result<Card, Refusal> {
    let signed = cose::unpacked(text).ok_or(Refusal::NoCard)?;
    let claims = cose::claims(&signed).filter(is_card).ok_or(Refusal::NoCard)?;
    let claimed = || Refusal::UnknownIssuer { claimed: get_text(&claims, ISS).unwrap_or_default() };
    let key_id_of = &signed.protected.header.key_id;
    let issuer = issuers.iter().find(|issuer| key_id(&issuer.key) == *key_id_of).ok_or_else(claimed)?;
    if !cose::is_by(&signed, &issuer.key) {
        return Err(Refusal::NotGenuine);
    }
    card(&claims, issuer).ok_or(Refusal::NotGenuine)
}

/// What was signed, read: nothing where the office signed something else with its key. The office is called as this phone knows it.
fn card(claims: &Value, issuer: &Issuer) -> Option<Card> {
    let identity = get(claims, IDENTITY)?;
    let said = |key: i64| get_text(identity, key);
    let covers = get(identity, COVERS)?.as_array()?.iter().map(|cover| cover.as_text().map(str::to_owned));
    Some(Card {
        number: CardNumber::from_bytes(get_bytes(claims, CTI)?),
        issuer: issuer.name.clone(),
        name: said(FULL_NAME)?,
        masked_nik: said(MASKED_NIK)?,
        kpj: said(ID)?,
        programme: said(PROGRAMME)?,
        covers: covers.collect::<Option<_>>()?,
        from: cose::day_of(get_number(claims, NBF)?)?,
        until: cose::day_before(get_number(claims, EXP)?)?,
        issued_at: Timestamp::from_second(get_number(claims, IAT)?).ok()?,
    })
}
