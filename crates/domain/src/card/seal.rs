//! Between a card and the text of its code.

use super::{Card, CardNumber, Issuer, Refusal, Unsealable, day_of, next, previous, start_of};
use coset::cbor::value::{Integer, Value};
use coset::{CborSerializable as _, CoseSign1, CoseSign1Builder, HeaderBuilder, iana};
use ed25519_dalek::{Signature, VerifyingKey};
use jiff::Timestamp;
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use sha2::{Digest as _, Sha256};

const ISS: i64 = 1;
const EXP: i64 = 4;
const NBF: i64 = 5;
const IAT: i64 = 6;
const CTI: i64 = 7;
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

/// A card has some 300 bytes; a code that unpacks to more than this is none.
const MOST_BYTES: usize = 4096;
/// The strongest: a few bytes less are a row of modules less.
const STRENGTH: u8 = 10;

/// The name of a key in a signature's header: the beginning of its SHA-256.
fn key_id(key: &[u8; 32]) -> Vec<u8> {
    Sha256::digest(key)[..8].to_vec()
}

pub(super) fn sealed(card: &Card, key: &[u8; 32], sign: impl FnOnce(&[u8]) -> [u8; 64]) -> Result<String, Unsealable> {
    let mut payload = Vec::new();
    coset::cbor::into_writer(&claims(card).ok_or(Unsealable)?, &mut payload).map_err(|_| Unsealable)?;
    let header = HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(key_id(key)).build();
    let signed = CoseSign1Builder::new()
        .protected(header)
        .payload(payload)
        .create_signature(b"", |bytes| sign(bytes).to_vec())
        .build();
    let bytes = signed.to_vec().map_err(|_| Unsealable)?;
    Ok(base45::encode(compress_to_vec_zlib(&bytes, STRENGTH)))
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
        (EXP, number(start_of(next(card.until)?)?)),
        (NBF, number(start_of(card.from)?)),
        (IAT, number(card.issued_at.as_second())),
        (CTI, Value::Bytes(card.number.as_bytes().to_vec())),
        (IDENTITY, identity),
    ]))
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn number(number: i64) -> Value {
    Value::Integer(Integer::from(number))
}

fn map(entries: Vec<(i64, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (number(key), value)).collect())
}

pub(super) fn opened(text: &str, issuers: &[Issuer]) -> Result<Card, Refusal> {
    let signed = signed(text).ok_or(Refusal::NoCard)?;
    let claims = claims_of(&signed).ok_or(Refusal::NoCard)?;
    let header = &signed.protected.header;
    let claimed = || Refusal::UnknownIssuer { claimed: as_text(get(&claims, ISS)).unwrap_or_default().to_owned() };
    let issuer = issuers.iter().find(|issuer| key_id(&issuer.key) == header.key_id).ok_or_else(claimed)?;
    let is_eddsa = header.alg == Some(coset::Algorithm::Assigned(iana::Algorithm::EdDSA));
    let key = VerifyingKey::from_bytes(&issuer.key).map_err(|_| Refusal::NotGenuine)?;
    let verify = |signature: &[u8], bytes: &[u8]| key.verify_strict(bytes, &Signature::from_slice(signature)?);
    if !is_eddsa || signed.verify_signature(b"", verify).is_err() {
        return Err(Refusal::NotGenuine);
    }
    card(&claims, issuer).ok_or(Refusal::NotGenuine)
}

/// With or without the tag that says what it is.
fn signed(text: &str) -> Option<CoseSign1> {
    let bytes = decompress_to_vec_zlib_with_limit(&base45::decode(text).ok()?, MOST_BYTES).ok()?;
    CoseSign1::from_slice(&bytes).or_else(|_| coset::TaggedCborSerializable::from_tagged_slice(&bytes)).ok()
}

fn claims_of(signed: &CoseSign1) -> Option<Value> {
    let claims: Value = coset::cbor::from_reader(signed.payload.as_deref()?).ok()?;
    get(&claims, IDENTITY).is_some().then_some(claims)
}

fn get(claims: &Value, key: i64) -> Option<&Value> {
    claims.as_map()?.iter().find(|(name, _)| *name == number(key)).map(|(_, value)| value)
}

fn as_text(value: Option<&Value>) -> Option<&str> {
    value?.as_text()
}

fn as_number(value: Option<&Value>) -> Option<i64> {
    value?.as_integer()?.try_into().ok()
}

/// What was signed, read: nothing where the office signed something else with its key. The office is called as this phone knows it.
fn card(claims: &Value, issuer: &Issuer) -> Option<Card> {
    let identity = get(claims, IDENTITY)?;
    let said = |key: i64| as_text(get(identity, key)).map(str::to_owned);
    let covers = get(identity, COVERS)?.as_array()?.iter().map(|cover| as_text(Some(cover)).map(str::to_owned));
    Some(Card {
        number: CardNumber::from_bytes(get(claims, CTI)?.as_bytes()?.as_slice().try_into().ok()?),
        issuer: issuer.name.clone(),
        name: said(FULL_NAME)?,
        masked_nik: said(MASKED_NIK)?,
        kpj: said(ID)?,
        programme: said(PROGRAMME)?,
        covers: covers.collect::<Option<_>>()?,
        from: day_of(as_number(get(claims, NBF))?)?,
        until: previous(day_of(as_number(get(claims, EXP))?)?)?,
        issued_at: Timestamp::from_second(as_number(get(claims, IAT))?).ok()?,
    })
}
