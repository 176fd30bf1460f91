//! Whether something speaks against undecided records, and where kaders stood: out of the held revision, for the queue.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Transaction, params};
use payung_domain::enrolment::Position;
use payung_domain::region::VillageCode;
use payung_domain::{PhotoHash, RecordId};

/// Remembers it.
pub fn set(transaction: &Transaction, id: RecordId, has_concerns: bool) -> sql::Result<()> {
    transaction
        .prepare_cached("UPDATE record SET concerns = ?2 WHERE id = ?1 AND concerns <> ?2")?
        .execute(params![id.to_string(), i64::from(has_concerns)])
        .map(drop)
}

/// An undecided record, and what is remembered of it.
pub struct Looked {
    /// When it came; Unix milliseconds.
    pub received_at: i64,
    /// The record.
    pub id: RecordId,
    /// Whether nothing spoke against it; nothing where nobody has looked.
    pub is_clean: Option<bool>,
}

/// Some undecided records after this one, the oldest first.
pub fn undecided_after(connection: &Connection, (received_at, id): (i64, &str), most: u32) -> sql::Result<Vec<Looked>> {
    connection
        .prepare_cached(
            "SELECT received_at, id, concerns FROM record
             WHERE state IN ('received', 'corrected') AND (received_at, id) > (?1, ?2)
             ORDER BY received_at, id LIMIT ?3",
        )?
        .query_map(params![received_at, id, most], |row| {
            let is_clean = match row.get::<_, i64>(2)? {
                0 => Some(true),
                1 => Some(false),
                _ => None,
            };
            Ok(Looked { received_at: row.get(0)?, id: parsed(&row.get::<_, String>(1)?)?, is_clean })
        })?
        .collect()
}

/// Undecided records whose newest revision names a photo.
pub fn undecided_with(connection: &Connection, sha256: PhotoHash) -> sql::Result<Vec<RecordId>> {
    connection
        .prepare_cached(
            "SELECT record.id FROM revision_photo JOIN record ON record.id = record_id AND record.revision = revision_photo.revision
             WHERE sha256 = ?1 AND state IN ('received', 'corrected')",
        )?
        .query_map([sha256.to_string()], |row| parsed(&row.get::<_, String>(0)?))?
        .collect()
}

/// The rules by which all undecided records were looked at.
pub fn rule(connection: &Connection) -> sql::Result<Option<String>> {
    connection.prepare_cached("SELECT rule FROM concern_rule")?.query_row([], |row| row.get(0)).optional()
}

/// All undecided records were looked at by these rules.
pub fn set_rule(transaction: &Transaction, rule: &str) -> sql::Result<()> {
    transaction.prepare_cached("DELETE FROM concern_rule")?.execute([])?;
    transaction.prepare_cached("INSERT INTO concern_rule (rule) VALUES (?1)")?.execute([rule]).map(drop)
}

/// Remembers where the kader stood.
pub fn set_position(transaction: &Transaction, id: RecordId, position: Option<Position>) -> sql::Result<()> {
    let (latitude, longitude) = position.map(|at| (at.latitude, at.longitude)).unzip();
    transaction
        .prepare_cached("UPDATE record SET latitude = ?2, longitude = ?3 WHERE id = ?1")?
        .execute(params![id.to_string(), latitude, longitude])
        .map(drop)
}

/// Where kaders stood for the newest records of a village but one: degrees north and east.
pub fn positions(
    connection: &Connection,
    village: VillageCode,
    but: RecordId,
    most: u32,
) -> sql::Result<Vec<(f64, f64)>> {
    connection
        .prepare_cached(
            "SELECT latitude, longitude FROM record WHERE village = ?1 AND latitude IS NOT NULL AND id <> ?2
             ORDER BY received_at DESC LIMIT ?3",
        )?
        .query_map(params![village.to_string(), but.to_string(), most], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}
