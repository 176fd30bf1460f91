//! What a kept card shows.

use crate::device::CheckedCode;
use crate::device::signed;
use crate::store::Result;
use crate::store::wallet::{self, HubRow};
use jiff::Timestamp;
use jiff::civil::Date;
use payung_domain::card::{Card, CardNumber, Checked, Issuer, Refusal};
use payung_domain::code::Verdict;
use payung_domain::worker::{CardAccess, CardResponse};
use payung_domain::{day_of, slip};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

/// Names a card on this phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CardId(pub(crate) i64);

impl std::fmt::Display for CardId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What a receipt says: recorded, not yet covered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptSays {
    /// As on the KTP.
    pub name: String,
    /// The programme's name.
    pub programme: String,
    /// The village's name.
    pub village: String,
    /// The kader's name; may be empty.
    pub kader: String,
    /// The office, as it calls itself.
    pub office: String,
    /// When the kader saved.
    pub saved_at: Timestamp,
}

/// A card on this phone. A clone is as personal as the card.
#[derive(Clone)]
pub struct KeptCard {
    /// Names it here.
    pub id: CardId,
    /// What the receipt says; nothing where a number was typed.
    pub receipt: Option<ReceiptSays>,
    /// What the hub said last, with its `as_of`; nothing before it has answered.
    pub answer: Option<CardResponse>,
    /// The signed card, checked for today by the key of its own hub.
    pub checked: Option<Checked>,
    /// The day of that check: the phone's, or its hub's where the phone's clock is behind it.
    pub today: Date,
    /// The hub knew the record when it was asked last, or was not asked yet.
    pub is_known: bool,
    /// It was opened by the number and the heir's name, and is not asked for again once these no longer fit.
    pub is_typed: bool,
    /// The number that is printed on its receipt.
    pub number: String,
    /// The office and its address, because a name can be chosen by anybody; empty before it has answered.
    pub office: String,
}

impl PartialEq for KeptCard {
    fn eq(&self, other: &Self) -> bool {
        let seen = |card: &Self| card.answer.as_ref().map(|answer| (answer.as_of, answer.card.clone()));
        let whole = |card: &Self| (card.id, card.is_known, card.is_typed, card.today, card.office.clone());
        (whole(self), seen(self), &self.checked) == (whole(other), seen(other), &other.checked)
    }
}

impl KeptCard {
    /// The person's name.
    pub fn name(&self) -> &str {
        let of_receipt = || self.receipt.as_ref().map(|receipt| receipt.name.as_str());
        self.answer.as_ref().map(|answer| answer.name.as_str()).or_else(of_receipt).unwrap_or_default()
    }
}

/// The office behind a hub that has answered.
pub(super) fn issuer(hub: &HubRow) -> Option<Issuer> {
    let host = hub.url.split_once("://").map_or(hub.url.as_str(), |(_, host)| host);
    let mut key = [0; 32];
    hex::decode_to_slice(&hub.key, &mut key).ok().filter(|()| hub.has_answered)?;
    Some(Issuer { name: format!("{} ({host})", hub.name), key })
}

/// A code against every office that is believed here, each by its own key and its own list of ended cards.
pub(super) fn check(db: &Connection, text: String, now: Timestamp) -> Result<CheckedCode> {
    for hub in wallet::hubs(db)? {
        let Some(issuer) = issuer(&hub) else { continue };
        let today = hub.today(now);
        let verdict = asking(db, &hub, |is_ended| Verdict::of(&text, &[issuer], is_ended, today))?;
        let is_of_another = matches!(
            verdict,
            Verdict::Card(Checked::Refused(Refusal::UnknownIssuer { .. }))
                | Verdict::Slip(slip::Checked::Refused(Refusal::UnknownIssuer { .. }))
        );
        if !is_of_another {
            let is_signed = matches!(&verdict, Verdict::Card(checked) if signed(checked).is_some());
            return Ok(CheckedCode { text, verdict, ended_as_of: hub.ended_as_of.filter(|_| is_signed) });
        }
    }
    let verdict = Verdict::of(&text, &[], |_| false, day_of(now));
    Ok(CheckedCode { text, verdict, ended_as_of: None })
}

/// Runs a check that asks whether a hub has ended a card; where the phone can't tell, the check fails.
fn asking<T>(db: &Connection, hub: &HubRow, check: impl FnOnce(&mut dyn FnMut(CardNumber) -> bool) -> T) -> Result<T> {
    let mut trouble = None;
    let found = check(&mut |number| {
        wallet::is_ended(db, hub.id, number).map_err(|error| trouble = Some(error)).unwrap_or(true)
    });
    trouble.map_or(Ok(found), Err)
}

/// Every card.
pub(super) fn all(db: &Connection, now: Timestamp) -> Result<Vec<KeptCard>> {
    let hubs = wallet::hubs(db)?;
    let mut cards = Vec::new();
    for row in wallet::cards(db)? {
        let Some(hub) = hubs.iter().find(|hub| hub.id == row.hub_id) else { continue };
        let answer: Option<CardResponse> = row.answer.as_deref().map(serde_json::from_str).transpose()?;
        let receipt: Option<ReceiptSays> = row.receipt.as_deref().map(serde_json::from_str).transpose()?;
        let today = hub.today(now);
        let issuers: Vec<Issuer> = issuer(hub).into_iter().collect();
        let office = issuers.first().map(|issuer| issuer.name.clone()).unwrap_or_default();
        let checked = match answer.as_ref().and_then(|answer| Some((answer.is_ended, answer.card.as_deref()?))) {
            Some((is_ended, code)) => {
                let check = |listed: &mut dyn FnMut(CardNumber) -> bool| {
                    Card::check(code, &issuers, |number| is_ended || listed(number), today)
                };
                Some(asking(db, hub, check)?)
            }
            None => None,
        };
        cards.push(KeptCard {
            id: CardId(row.id),
            receipt,
            answer,
            checked,
            today,
            is_known: row.is_known,
            is_typed: matches!(row.access, CardAccess::Number { .. }),
            number: row.access.number().to_string(),
            office,
        });
    }
    Ok(cards)
}
