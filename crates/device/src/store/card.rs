//! Signed cards of the village's people, and the numbers of those that were ended. What the hub has not signed is not kept.

use super::{Result, StoreError, setting};
use jiff::civil::Date;
use payung_domain::card::{Card, CardNumber, CardStanding, Checked, Issuer};
use payung_domain::state::{EndReason, State};
use payung_domain::wire::Change;
use payung_domain::{Nik, RecordId};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

/// A card as a list shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct CardRow {
    /// Whose.
    pub record: RecordId,
    /// As on the card.
    pub name: String,
    /// Never the whole NIK.
    pub nik_masked: String,
    /// BPJS's number.
    pub kpj: String,
    /// Last day of cover.
    pub until: Date,
    /// Whether it holds.
    pub standing: CardStanding,
}

impl std::fmt::Debug for CardRow {
    /// Personal data stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CardRow({}, {:?})", self.record, self.standing)
    }
}

/// The office that this phone is paired with: whose cards it believes.
pub(crate) fn issuer(db: &Connection) -> Result<Option<Issuer>> {
    let Some(pairing) = setting::pairing(db)? else { return Ok(None) };
    let mut key = [0; 32];
    Ok(hex::decode_to_slice(&pairing.hub_key, &mut key).ok().map(|()| Issuer { name: pairing.hub_name, key }))
}

/// Keeps what a change says of a card: a new one, or that the person's is over.
pub(crate) fn hear(tx: &Transaction, change: &Change, issuer: Option<&Issuer>) -> Result<()> {
    let id = change.id.to_string();
    match (&change.state, &change.card, issuer) {
        // of whoever is covered, also after the place was lost
        (state, Some(text), Some(issuer)) if !state.is_final() => {
            let day = change.at.to_zoned(jiff::tz::TimeZone::UTC).date();
            let checked = Card::check(text, std::slice::from_ref(issuer), |_| false, day);
            let (Checked::Valid(card) | Checked::NotYet(card) | Checked::Expired(card) | Checked::Ended(card)) =
                checked
            else {
                tracing::warn!(record = %change.id, "a card that the hub has not signed");
                return Ok(());
            };
            put(tx, change.id, text, &card)
        }
        // the list of ended cards says it as well, a little later
        (state, _, _) if state.is_final() && *state != (State::Ended { reason: EndReason::CoverOver }) => {
            tx.execute("INSERT OR IGNORE INTO ended_card SELECT number FROM card WHERE record_id = ?1", [id])?;
            Ok(())
        }
        _ => Ok(()),
    }
}

fn put(tx: &Transaction, record: RecordId, text: &str, card: &Card) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO card (record_id, number, body, name, nik_masked, kpj, from_day, until_day)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (record_id) DO UPDATE SET number = excluded.number,
             body = excluded.body, name = excluded.name, nik_masked = excluded.nik_masked, kpj = excluded.kpj,
             from_day = excluded.from_day, until_day = excluded.until_day",
    )?
    .execute(params![
        record.to_string(),
        card.number.to_string(),
        text,
        card.name,
        card.masked_nik,
        card.kpj,
        card.from.to_string(),
        card.until.to_string()
    ])?;
    Ok(())
}

/// The phone belongs to another office or village from now on.
pub(crate) fn forget(tx: &Transaction) -> Result<()> {
    tx.execute("DELETE FROM card", [])?;
    tx.execute("DELETE FROM ended_card", [])?;
    tx.execute(
        "DELETE FROM setting WHERE name IN (?1, ?2, ?3)",
        [setting::HEARD, setting::ENDED, setting::ENDED_ASKED],
    )?;
    Ok(())
}

/// Notes numbers of ended cards.
pub(crate) fn end(tx: &Transaction, numbers: &[CardNumber]) -> Result<()> {
    let mut statement = tx.prepare_cached("INSERT OR IGNORE INTO ended_card (number) VALUES (?1)")?;
    for number in numbers {
        statement.execute([number.to_string()])?;
    }
    Ok(())
}

/// Whether a card was ended before its last day, as far as this phone has heard.
pub(crate) fn is_ended(db: &Connection, number: CardNumber) -> Result<bool> {
    Ok(db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM ended_card WHERE number = ?1)")?
        .query_row([number.to_string()], |row| row.get(0))?)
}

/// The text of a record's card.
pub(crate) fn body(db: &Connection, record: RecordId) -> Result<Option<String>> {
    Ok(db
        .prepare_cached("SELECT body FROM card WHERE record_id = ?1")?
        .query_row([record.to_string()], |row| row.get(0))
        .optional()?)
}

/// Whose card has this number.
pub(crate) fn record_of(db: &Connection, number: CardNumber) -> Result<Option<RecordId>> {
    let id: Option<String> = db
        .prepare_cached("SELECT record_id FROM card WHERE number = ?1")?
        .query_row([number.to_string()], |row| row.get(0))
        .optional()?;
    id.map(|id| id.parse().map_err(|_| StoreError::NoSuchRecord)).transpose()
}

/// Cards of whoever this phone has no record of, by name; `search` finds part of a name, a KPJ, or a NIK as far as the card has it.
pub(crate) fn others(db: &Connection, search: &str, most: u32, today: Date) -> Result<Vec<CardRow>> {
    let wanted = search.trim();
    let plain: String = wanted.chars().filter(|c| !c.is_whitespace()).collect();
    let like = |text: &str| format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let masked = Nik::parse(&plain).map(|nik| nik.masked()).unwrap_or_default();
    let mut statement = db.prepare_cached(
        "SELECT record_id, name, nik_masked, kpj, from_day, until_day,
             EXISTS (SELECT 1 FROM ended_card WHERE ended_card.number = card.number) FROM card
         WHERE record_id NOT IN (SELECT id FROM record)
             AND (?1 = '' OR name LIKE ?2 ESCAPE '\\' OR kpj LIKE ?3 ESCAPE '\\' OR nik_masked LIKE ?3 ESCAPE '\\'
                 OR nik_masked = ?4)
         ORDER BY name, record_id LIMIT ?5",
    )?;
    statement
        .query_map(params![wanted, like(wanted), like(&plain), masked, most], |row| Ok(read(row, today)))?
        .map(|row| row?)
        .collect()
}

fn read(row: &Row, today: Date) -> Result<CardRow> {
    let id: String = row.get(0)?;
    let day = |index| Ok::<Date, StoreError>(row.get::<_, String>(index)?.parse().unwrap_or_default());
    let (from, until, is_ended) = (day(4)?, day(5)?, row.get(6)?);
    Ok(CardRow {
        record: id.parse().map_err(|_| StoreError::NoSuchRecord)?,
        name: row.get(1)?,
        nik_masked: row.get(2)?,
        kpj: row.get(3)?,
        until,
        standing: CardStanding::on(today, (from, until), is_ended),
    })
}
