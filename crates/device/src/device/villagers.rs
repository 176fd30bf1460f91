//! The village's people: records of this phone, and cards of whoever another phone has enrolled. All of it without a signal.

use super::{Device, DeviceError};
use crate::store::card::{self, CardRow};
use crate::store::record::{self, RecordRow, RecordView};
use crate::store::{self, StoreError, setting};
use crate::sync::ended::Heard;
use jiff::Timestamp;
use jiff::civil::Date;
use payung_domain::card::{Card, CardNumber, Checked};
use payung_domain::code::Verdict;
use payung_domain::slip;
use payung_domain::{Cover, Kpj, Nik, RecordId, day_of};
use rusqlite::Connection;

/// Somebody in the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Villager {
    /// This phone has enrolled the person, who is covered so far.
    Record(RecordRow, Cover),
    /// Another phone has; this one holds the card.
    Card(CardRow),
}

/// Everything that this phone knows of one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The record, if it is this phone's.
    pub record: Option<RecordView>,
    /// What the record's state is worth today.
    pub cover: Cover,
    /// The card, if the hub has signed one and this phone has heard of it.
    pub card: Option<CheckedCode>,
    /// The hub's clock when it was heard last: everything here is as of then.
    pub heard_at: Option<Timestamp>,
}

/// A code and what a check of it says.
#[derive(Clone, PartialEq)]
pub struct CheckedCode {
    /// The code's text.
    pub text: String,
    /// What the check says.
    pub verdict: Verdict,
    /// By the hub's clock: as of when this phone knows which cards were ended.
    pub ended_as_of: Option<Timestamp>,
}

impl std::fmt::Debug for CheckedCode {
    /// Personal data stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CheckedCode")
    }
}

/// What a code leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Scanned {
    /// Somebody whom this phone knows.
    Person(RecordId),
    /// A number to search for.
    Search(String),
    /// A card or receipt of nobody here, and what a check of it says.
    Stranger(Box<CheckedCode>),
    /// Nothing that Payung knows.
    Other,
}

/// What the card is, where the office has signed it.
pub(crate) fn signed(checked: &Checked) -> Option<&Card> {
    match checked {
        Checked::Valid(card) | Checked::NotYet(card) | Checked::Expired(card) | Checked::Ended(card) => Some(card),
        Checked::Refused(_) => None,
    }
}

fn check(db: &Connection, text: String, today: Date) -> store::Result<CheckedCode> {
    let issuers: Vec<_> = card::issuer(db)?.into_iter().collect();
    let mut trouble = None;
    let is_ended =
        |number: CardNumber| card::is_ended(db, number).map_err(|error| trouble = Some(error)).unwrap_or(true);
    let verdict = Verdict::of(&text, &issuers, is_ended, today);
    if let Some(error) = trouble {
        return Err(error);
    }
    let heard: Option<Heard> = setting::get(db, setting::ENDED)?;
    Ok(CheckedCode { text, verdict, ended_as_of: heard.and_then(|heard| heard.as_of) })
}

fn lead(db: &Connection, text: String, today: Date) -> store::Result<Scanned> {
    let checked = check(db, text, today)?;
    let person = match &checked.verdict {
        Verdict::Card(checked) => match signed(checked) {
            Some(card) => card::record_of(db, card.number)?,
            None => None,
        },
        Verdict::Slip(slip::Checked::Genuine(signed) | slip::Checked::CertificateOver(signed)) => {
            record::with_worker_key(db, signed.slip.key.hash())?
        }
        Verdict::Slip(_) => None,
        Verdict::Other => {
            let text = checked.text.trim();
            let is_number = Nik::parse(text).is_ok() || text.parse::<Kpj>().is_ok();
            return Ok(if is_number { Scanned::Search(text.to_owned()) } else { Scanned::Other });
        }
    };
    Ok(person.map_or_else(|| Scanned::Stranger(Box::new(checked)), Scanned::Person))
}

impl Device {
    /// People of the village, those of this phone first, at most `most`; `search` finds part of a name, of a NIK or of a KPJ.
    pub async fn villagers(&self, search: &str, most: u32) -> Result<Vec<Villager>, DeviceError> {
        let search = search.to_owned();
        let look = move |db: &Connection, today| {
            let mut found: Vec<_> = record::list(db, &search, most)?
                .into_iter()
                .map(|row| {
                    let cover = row.standing.cover_on(today);
                    Villager::Record(row, cover)
                })
                .collect();
            let left = most.saturating_sub(u32::try_from(found.len()).unwrap_or(most));
            found.extend(card::others(db, &search, left, today)?.into_iter().map(Villager::Card));
            Ok(found)
        };
        self.as_of_today(look).await
    }

    /// Everything about one person.
    pub async fn person(&self, id: RecordId) -> Result<Person, DeviceError> {
        let look = move |db: &Connection, today| {
            let record = match record::view(db, id) {
                Ok(view) => Some(view),
                Err(StoreError::NoSuchRecord) => None,
                Err(error) => return Err(error),
            };
            let card = card::body(db, id)?.map(|text| check(db, text, today)).transpose()?;
            if record.is_none() && card.is_none() {
                return Err(StoreError::NoSuchRecord);
            }
            let cover = record.as_ref().map_or(Cover::None, |view| view.row.standing.cover_on(today));
            Ok(Person { record, cover, card, heard_at: setting::get(db, setting::HEARD)? })
        };
        self.as_of_today(look).await
    }

    /// Checks any code without a signal, against the office that this phone is paired with.
    pub async fn check(&self, text: String) -> Result<CheckedCode, DeviceError> {
        self.as_of_today(move |db, today| check(db, text, today)).await
    }

    /// Whom a code belongs to: a card, a receipt, a NIK, a KPJ.
    pub async fn lead(&self, text: String) -> Result<Scanned, DeviceError> {
        self.as_of_today(move |db, today| lead(db, text, today)).await
    }

    /// Reads with the day of the hub's clock in West Indonesian Time: the phone's own may be years off.
    async fn as_of_today<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Connection, Date) -> store::Result<T> + Send + 'static,
    ) -> Result<T, DeviceError> {
        let now = self.env().clock.now();
        self.with_store(move |s| s.read(|db| look(db, day_of(setting::hub_time(db, now)?)))).await
    }
}
