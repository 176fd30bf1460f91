//! Workers' cards that were signed, and which of them were ended.

use super::sql::{self, Connection, OptionalExtension as _, Row, SqlError, Transaction, params};
use super::{from_json, parsed};
use crate::context::{day_here, day_number, moment};
use jiff::civil::Date;
use payung_domain::card::CardNumber;
use payung_domain::{RecordId, State};

/// A card as it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRow {
    /// Its number.
    pub number: CardNumber,
    /// Whose.
    pub record: RecordId,
    /// The text of its code.
    pub body: String,
    /// First day of cover.
    pub from: Date,
    /// Last day of cover.
    pub until: Date,
    /// Unix milliseconds.
    pub signed_at: i64,
    /// Unix milliseconds; nothing for one that was not ended before its last day.
    pub ended_at: Option<i64>,
}

const COLUMNS: &str = "number, record_id, body, from_day, until_day, signed_at, ended_at";

/// After a backup was put back, numbers go on from that moment. So many for each millisecond: two such moments lie further apart than
/// cards were ended in between, and until the year 2255 a number fits into 53 bits.
const NUMBERS_A_MILLISECOND: i64 = 1_000;

fn number(text: String) -> sql::Result<CardNumber> {
    CardNumber::try_from(text).map_err(|_| SqlError::Unreadable)
}

fn row(row: &Row) -> sql::Result<CardRow> {
    Ok(CardRow {
        number: number(row.get(0)?)?,
        record: parsed(&row.get::<_, String>(1)?)?,
        body: row.get(2)?,
        from: parsed(&row.get::<_, String>(3)?)?,
        until: parsed(&row.get::<_, String>(4)?)?,
        signed_at: row.get(5)?,
        ended_at: row.get(6)?,
    })
}

/// Keeps a card that has just been signed. The record's former one ends, unless its last day comes before this one's first: what is
/// paid for is covered until then.
pub fn put(transaction: &Transaction, card: &CardRow) -> sql::Result<()> {
    end_from(transaction, card.record, card.from.max(day_here(moment(card.signed_at))), card.signed_at)?;
    transaction
        .prepare_cached(
            "INSERT INTO card (number, record_id, body, from_day, until_day, signed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            card.number.to_string(),
            card.record.to_string(),
            card.body,
            card.from.to_string(),
            card.until.to_string(),
            card.signed_at
        ])?;
    Ok(())
}

/// Ends a record's card, if it has one that would hold today or later; phones hear of it under the next number: above all that a hub
/// can have given which was lost before this one was put back to a backup. Whoever writes is alone, in this process and among
/// several: no number is given twice.
pub fn end(transaction: &Transaction, record: RecordId, now: i64) -> sql::Result<()> {
    end_from(transaction, record, day_here(moment(now)), now)
}

/// The same of a card that would hold on this day or later.
fn end_from(transaction: &Transaction, record: RecordId, day: Date, now: i64) -> sql::Result<()> {
    let open: Vec<String> = transaction
        .prepare_cached("SELECT number FROM card WHERE record_id = ?1 AND ended_at IS NULL AND until_day >= ?2")?
        .query_map(params![record.to_string(), day.to_string()], |row| row.get(0))?
        .collect::<sql::Result<_>>()?;
    for number in open {
        transaction
            .prepare_cached(
                "UPDATE card SET ended_at = ?2, ended_seq = (SELECT coalesce(max(given.seq), 0) + 1 FROM
                     (SELECT max(ended_seq) AS seq FROM card UNION ALL SELECT max(at) * ?3 AS seq FROM restoration) AS given)
                 WHERE number = ?1",
            )?
            .execute(params![number, now, NUMBERS_A_MILLISECOND])?;
    }
    Ok(())
}

/// Numbers ended cards on from the moment at which a backup was put back: whoever has heard of later ones hears of all.
pub fn number_anew(transaction: &Transaction, now: i64) -> sql::Result<()> {
    let first: Option<i64> = transaction.query_row("SELECT min(ended_seq) FROM card", [], |row| row.get(0))?;
    let Some(first) = first else { return Ok(()) };
    transaction.execute(
        "UPDATE card SET ended_seq = ended_seq + ?1 WHERE ended_seq IS NOT NULL",
        [now * NUMBERS_A_MILLISECOND + 1 - first],
    )?;
    Ok(())
}

/// The card of a record that was signed last and not ended.
pub fn held_by(connection: &Connection, record: RecordId) -> sql::Result<Option<CardRow>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM card WHERE record_id = ?1 AND ended_at IS NULL ORDER BY signed_at DESC LIMIT 1"
        ))?
        .query_row([record.to_string()], row)
        .optional()
}

/// Every card of a record, ended or not, the newest first.
pub fn of_record(connection: &Connection, record: RecordId) -> sql::Result<Vec<CardRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM card WHERE record_id = ?1 ORDER BY signed_at DESC, number"))?
        .query_map([record.to_string()], row)?
        .collect()
}

/// Up to `most` cards that were ended after a number, in the order in which they were, each with its number.
pub fn ended_after(connection: &Connection, after: u64, most: usize) -> sql::Result<Vec<(u64, CardNumber)>> {
    // a cursor of 64 bits may be forged; the database counts with 63
    let counted = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    connection
        .prepare_cached("SELECT ended_seq, number FROM card WHERE ended_seq > ?1 ORDER BY ended_seq LIMIT ?2")?
        .query_map(params![counted(after), counted(most as u64)], |row| {
            Ok((row.get::<_, i64>(0)?.unsigned_abs(), number(row.get(1)?)?))
        })?
        .collect()
}

/// Somebody whom BPJS covers.
pub struct Covered {
    /// The record.
    pub record: RecordId,
    /// BPJS's number.
    pub kpj: String,
    /// First day, as BPJS has told it.
    pub from: Date,
    /// Where the record stands.
    pub state: State,
    /// Has a card that was not ended.
    pub has_card: bool,
}

/// The days that a card is for, of somebody whom BPJS covers from a day on: who lost the place to a smaller quota is covered for what
/// is paid, as long as that lasts.
pub fn days_of(state: &State, from_day: Date, today: Date) -> Option<(Date, Date)> {
    match *state {
        State::Active { from, until } => Some((from, until)),
        State::WaitingList { covered_until: Some(until), .. } | State::Placed { covered_until: Some(until), .. }
            if until >= today && until >= from_day =>
        {
            Some((from_day, until))
        }
        _ => None,
    }
}

/// Up to `most` memberships behind a record's id, in the order of ids.
pub fn covered_behind(connection: &Connection, after: &str, most: u32) -> sql::Result<Vec<Covered>> {
    connection
        .prepare_cached(
            "SELECT cover.record_id, kpj, cover.from_day, record.state_json,
                 EXISTS (SELECT 1 FROM card WHERE card.record_id = cover.record_id AND ended_at IS NULL)
             FROM cover JOIN record ON record.id = cover.record_id
             WHERE cover.record_id > ?1 ORDER BY cover.record_id LIMIT ?2",
        )?
        .query_map(params![after, most], |row| {
            Ok(Covered {
                record: parsed(&row.get::<_, String>(0)?)?,
                kpj: row.get(1)?,
                from: parsed(&row.get::<_, String>(2)?)?,
                state: from_json(&row.get::<_, String>(3)?)?,
                has_card: row.get(4)?,
            })
        })?
        .collect()
}

/// How many covered people have no card on this day.
pub fn missing(connection: &Connection, today: Date) -> sql::Result<u32> {
    let states: Vec<String> = connection
        .prepare_cached(
            "SELECT state_json FROM record WHERE (state = 'active' OR state IN ('waiting_list', 'placed') AND covered_until >= ?1)
                 AND NOT EXISTS (SELECT 1 FROM card WHERE card.record_id = record.id AND ended_at IS NULL)",
        )?
        .query_map([day_number(today)], |row| row.get(0))?
        .collect::<sql::Result<_>>()?;
    let mut missing = 0;
    for state in states {
        // a day that was told before may be of an earlier cover: what counts is the state's own
        missing += u32::from(days_of(&from_json(&state)?, today, today).is_some());
    }
    Ok(missing)
}
