//! Records that were changed here and elsewhere, until the kader has made one of them.

use super::{Result, record};
use payung_domain::merge::{Conflict, merge};
use payung_domain::wire::RecordPush;
use payung_domain::{Draft, Enrolment, Field, RecordId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// Keeps what the hub holds beside what was changed here.
pub(crate) fn keep(tx: &Transaction, record_number: i64, newer: &RecordPush) -> Result<()> {
    tx.execute(
        "INSERT INTO theirs (record_number, revision, enrolment) VALUES (?1, ?2, ?3)
         ON CONFLICT (record_number) DO UPDATE SET revision = excluded.revision, enrolment = excluded.enrolment",
        params![record_number, newer.revision, newer.enrolment.get()],
    )?;
    Ok(())
}

/// The hub's revision of a record that is in conflict.
pub(crate) fn revision(db: &Connection, record_number: i64) -> Result<Option<u32>> {
    let sql = "SELECT revision FROM theirs WHERE record_number = ?1";
    Ok(db.prepare_cached(sql)?.query_row([record_number], |row| row.get(0)).optional()?)
}

/// The two are one again.
pub(crate) fn settle(tx: &Transaction, record_number: i64) -> Result<()> {
    tx.execute("DELETE FROM theirs WHERE record_number = ?1", [record_number])?;
    Ok(())
}

/// What was saved here with the office's changes in it, and where the two can't be brought together; nothing when the record
/// is not in conflict. The photo stays this phone's: it has no other.
pub(crate) fn merged(db: &Connection, id: RecordId) -> Result<Option<(Draft, Vec<Conflict>)>> {
    let stored = record::by_id(db, id)?;
    let row = db
        .prepare_cached(
            "SELECT enrolment, (SELECT enrolment FROM sent WHERE record_number = ?1 AND revision < ?2
                ORDER BY revision DESC LIMIT 1) FROM theirs WHERE record_number = ?1",
        )?
        .query_row(params![stored.number, stored.revision], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?))
        })
        .optional()?;
    let Some((theirs, base)) = row else { return Ok(None) };
    let read = |text: &str| -> Result<Draft> { Ok(Draft::from(&serde_json::from_str::<Enrolment>(text)?)) };
    // without a common beginning every difference is a conflict
    let base = base.map(|text| read(&text)).transpose()?.unwrap_or_default();
    let (draft, mut conflicts) = merge(&base, &read(&stored.enrolment.unwrap_or_default())?, &read(&theirs)?);
    // said once each time, and of no use to anybody who compares
    conflicts.retain(|conflict| !matches!(conflict.field, Field::ConsentTime | Field::Position));
    Ok(Some((draft, conflicts)))
}
