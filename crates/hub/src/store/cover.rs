//! What BPJS has given: the number of a membership and its days.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Row, Transaction, params};
use jiff::civil::Date;
use payung_domain::RecordId;

/// A membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Whose.
    pub record: RecordId,
    /// The file that it was the answer to.
    pub export: String,
    /// Its number, 11 of `0-9A-Z`.
    pub kpj: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// When BPJS told it, in Unix milliseconds.
    pub told_at: i64,
}

fn row(row: &Row) -> sql::Result<Cover> {
    Ok(Cover {
        record: parsed(&row.get::<_, String>(0)?)?,
        export: row.get(1)?,
        kpj: row.get(2)?,
        from: parsed(&row.get::<_, String>(3)?)?,
        until: parsed(&row.get::<_, String>(4)?)?,
        told_at: row.get(5)?,
    })
}

/// The membership of a record.
pub fn of(connection: &Connection, record: RecordId) -> sql::Result<Option<Cover>> {
    connection
        .prepare_cached(
            "SELECT record_id, export_id, kpj, from_day, until_day, told_at FROM cover WHERE record_id = ?1",
        )?
        .query_row([record.to_string()], row)
        .optional()
}

/// Whether a number was given to somebody else.
pub fn is_of_another(connection: &Connection, kpj: &str, record: RecordId) -> sql::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM cover JOIN record AS held ON held.id = cover.record_id
                 JOIN record AS asked ON asked.id = ?2
                 WHERE kpj = ?1 AND record_id <> ?2 AND held.nik <> asked.nik)",
        )?
        .query_row(params![kpj, record.to_string()], |row| row.get(0))
}

/// Notes a membership.
pub fn put(transaction: &Transaction, cover: &Cover) -> sql::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO cover (record_id, export_id, kpj, from_day, until_day, told_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (record_id) DO UPDATE SET export_id = excluded.export_id,
                 kpj = excluded.kpj, from_day = excluded.from_day, until_day = excluded.until_day,
                 told_at = excluded.told_at",
        )?
        .execute(params![
            cover.record.to_string(),
            cover.export,
            cover.kpj,
            cover.from.to_string(),
            cover.until.to_string(),
            cover.told_at
        ])?;
    Ok(())
}
