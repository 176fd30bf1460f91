//! Quotas that the office has changed, and who has or waits for the places of a programme.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Transaction, params};
use payung_domain::RecordId;
use payung_domain::programme::ProgrammeId;
use payung_domain::programme::resize::{Hold, Seat, Seats};
use payung_domain::region::VillageCode;
use std::collections::BTreeMap;

/// A quota that the office has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaChange {
    /// What it is now: in each village, or in all, as the programme counts.
    pub places: u32,
    /// What it was.
    pub was: u32,
    /// Unix milliseconds.
    pub at: i64,
    /// `user:<name>`.
    pub actor: String,
    /// The office's words.
    pub reason: String,
    /// People who got a place by it.
    pub gained: u32,
    /// People who lost one.
    pub lost: u32,
    /// Of these, people who were covered.
    pub covered: u32,
    /// Hash of the preview that was agreed to.
    pub digest: String,
}

/// The number that counts instead of the file's, if the office has changed it.
pub fn places(connection: &Connection, programme: &ProgrammeId) -> sql::Result<Option<u32>> {
    connection
        .prepare_cached("SELECT places FROM quota_change WHERE programme = ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([programme.as_str()], |row| row.get(0))
        .optional()
}

/// Adds a change.
pub fn add(transaction: &Transaction, programme: &ProgrammeId, change: &QuotaChange) -> sql::Result<()> {
    transaction.execute(
        "INSERT INTO quota_change (programme, places, was, at, actor, reason, gained, lost, covered, digest)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            programme.as_str(),
            change.places,
            change.was,
            change.at,
            change.actor,
            change.reason,
            change.gained,
            change.lost,
            change.covered,
            change.digest
        ],
    )?;
    Ok(())
}

/// The changes of a programme's quota, the last one first.
pub fn changes(connection: &Connection, programme: &ProgrammeId) -> sql::Result<Vec<QuotaChange>> {
    connection
        .prepare_cached(
            "SELECT places, was, at, actor, reason, gained, lost, covered, digest
             FROM quota_change WHERE programme = ?1 ORDER BY seq DESC",
        )?
        .query_map([programme.as_str()], |row| {
            Ok(QuotaChange {
                places: row.get(0)?,
                was: row.get(1)?,
                at: row.get(2)?,
                actor: row.get(3)?,
                reason: row.get(4)?,
                gained: row.get(5)?,
                lost: row.get(6)?,
                covered: row.get(7)?,
                digest: row.get(8)?,
            })
        })?
        .collect()
}

/// Who has a place of a programme and who waits: in each village, or all together under nothing. A lease that has run out
/// counts as free.
pub fn seats(
    connection: &Connection,
    programme: &ProgrammeId,
    is_shared: bool,
    now: i64,
) -> sql::Result<BTreeMap<Option<VillageCode>, Seats>> {
    let mut found: BTreeMap<Option<VillageCode>, Seats> = BTreeMap::new();
    let pool = |village: String| if is_shared { Ok(None) } else { parsed(&village).map(Some) };
    let mut given = connection.prepare_cached(
        "SELECT village, id, coalesce(place, 0), state = 'active', coalesce(told_at, changed_at)
         FROM record WHERE state IN ('placed', 'active') AND programme = ?1",
    )?;
    let rows = given.query_map([programme.as_str()], |row| {
        let hold = if row.get(3)? { Hold::Covered } else { Hold::Placed };
        let record = parsed(&row.get::<_, String>(1)?)?;
        let seat = Seat { record, place: row.get(2)?, hold, told_at: row.get(4)? };
        found.entry(pool(row.get(0)?)?).or_default().taken.push(seat);
        Ok(())
    })?;
    rows.collect::<sql::Result<()>>()?;
    let mut held = connection.prepare_cached(
        "SELECT lease.village, record_id, lease.place, coalesce(told_at, received_at)
         FROM lease LEFT JOIN record ON record.id = record_id
         WHERE lease.programme = ?1 AND (record_id IS NOT NULL OR expires_at > ?2)",
    )?;
    let rows = held.query_map(params![programme.as_str(), now], |row| {
        let seats = found.entry(pool(row.get(0)?)?).or_default();
        match row.get::<_, Option<String>>(1)? {
            Some(record) => {
                let record = parsed(&record)?;
                let seat = Seat { record, place: row.get(2)?, hold: Hold::Promised, told_at: row.get(3)? };
                seats.taken.push(seat);
            }
            None => seats.lent.push(row.get(2)?),
        }
        Ok(())
    })?;
    rows.collect::<sql::Result<()>>()?;
    let mut line = connection
        .prepare_cached("SELECT village, id FROM record WHERE programme = ?1 AND line IS NOT NULL ORDER BY line")?;
    let rows = line.query_map([programme.as_str()], |row| {
        let waiting = parsed(&row.get::<_, String>(1)?)?;
        found.entry(pool(row.get(0)?)?).or_default().line.push(waiting);
        Ok(())
    })?;
    rows.collect::<sql::Result<()>>()?;
    Ok(found)
}

/// A covered person's place has another number.
pub fn renumber(transaction: &Transaction, record: RecordId, place: u32) -> sql::Result<()> {
    transaction.execute("UPDATE record SET place = ?2 WHERE id = ?1", params![record.to_string(), place])?;
    Ok(())
}

/// The place that is kept for a record has another number.
pub fn renumber_kept(transaction: &Transaction, record: RecordId, place: u32) -> sql::Result<()> {
    transaction.execute("UPDATE lease SET place = ?2 WHERE record_id = ?1", params![record.to_string(), place])?;
    Ok(())
}

/// Up to `most` records whose cover ended before this day, `2026-11-21`.
pub fn cover_over(connection: &Connection, today: &str, most: u32) -> sql::Result<Vec<RecordId>> {
    connection
        .prepare_cached(
            "SELECT id FROM record WHERE state = 'active' AND json_extract(state_json, '$.until') < ?1 LIMIT ?2",
        )?
        .query_map(params![today, most], |row| parsed(&row.get::<_, String>(0)?))?
        .collect()
}
