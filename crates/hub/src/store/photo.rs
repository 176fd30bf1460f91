//! Photos that are held, and uploads under way.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Row, Transaction, params};
use crate::rights::Scope;
use payung_domain::PhotoHash;

/// An upload under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// 32 hex digits, the last part of its address.
    pub id: String,
    /// The only phone that may go on with it.
    pub device_id: String,
    /// What the bytes must hash to.
    pub sha256: PhotoHash,
    /// How many bytes there will be.
    pub length: u64,
    /// Unix milliseconds.
    pub expires_at: i64,
}

fn upload(row: &Row) -> sql::Result<Upload> {
    Ok(Upload {
        id: row.get(0)?,
        device_id: row.get(1)?,
        sha256: parsed(&row.get::<_, String>(2)?)?,
        length: row.get::<_, i64>(3)?.unsigned_abs(),
        expires_at: row.get(4)?,
    })
}

const UPLOAD: &str = "SELECT id, device_id, sha256, length, expires_at FROM upload";

/// Adds an upload.
pub fn add_upload(transaction: &Transaction, upload: &Upload) -> sql::Result<()> {
    transaction.execute(
        "INSERT INTO upload (id, device_id, sha256, length, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![upload.id, upload.device_id, upload.sha256.to_string(), signed(upload.length), upload.expires_at],
    )?;
    Ok(())
}

/// An upload of this phone.
pub fn get_upload(connection: &Connection, id: &str, device_id: &str) -> sql::Result<Option<Upload>> {
    connection
        .prepare_cached(&format!("{UPLOAD} WHERE id = ?1 AND device_id = ?2"))?
        .query_row([id, device_id], upload)
        .optional()
}

/// This phone's upload of a photo, if one is under way.
pub fn upload_of(connection: &Connection, device_id: &str, sha256: PhotoHash) -> sql::Result<Option<Upload>> {
    connection
        .prepare_cached(&format!("{UPLOAD} WHERE device_id = ?1 AND sha256 = ?2"))?
        .query_row([device_id, &sha256.to_string()], upload)
        .optional()
}

/// How many uploads a phone has under way.
pub fn count_uploads(connection: &Connection, device_id: &str) -> sql::Result<u32> {
    connection.query_row("SELECT count(*) FROM upload WHERE device_id = ?1", [device_id], |row| row.get(0))
}

/// Some uploads that nobody went on with, by id, after this one.
pub fn expired_uploads(connection: &Connection, now: i64, after: &str) -> sql::Result<Vec<Upload>> {
    connection
        .prepare_cached(&format!("{UPLOAD} WHERE expires_at <= ?1 AND id > ?2 ORDER BY id LIMIT 500"))?
        .query_map(params![now, after], upload)?
        .collect()
}

/// Whether any phone has this upload under way.
pub fn is_upload(connection: &Connection, id: &str) -> sql::Result<bool> {
    connection.query_row("SELECT EXISTS (SELECT 1 FROM upload WHERE id = ?1)", [id], |row| row.get(0))
}

/// Bytes of the photos that a phone sent since then, and of those that it has announced.
pub fn bytes_since(connection: &Connection, device_id: &str, since: i64) -> sql::Result<u64> {
    connection
        .prepare_cached(
            "SELECT (SELECT coalesce(sum(bytes), 0) FROM photo WHERE device_id = ?1 AND stored_at >= ?2)
                  + (SELECT coalesce(sum(length), 0) FROM upload WHERE device_id = ?1)",
        )?
        .query_row(params![device_id, since], |row| row.get(0))
        .map(i64::unsigned_abs)
}

/// Forgets an upload.
pub fn remove_upload(transaction: &Transaction, id: &str) -> sql::Result<()> {
    transaction.execute("DELETE FROM upload WHERE id = ?1", [id])?;
    Ok(())
}

/// Notes that a photo's bytes are complete and on the disk.
pub fn add(transaction: &Transaction, sha256: PhotoHash, bytes: u64, device_id: &str, now: i64) -> sql::Result<()> {
    transaction.execute(
        "INSERT INTO photo (sha256, bytes, stored_at, device_id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        params![sha256.to_string(), signed(bytes), now, device_id],
    )?;
    Ok(())
}

/// The size of a photo that is held.
pub fn bytes_of(connection: &Connection, sha256: PhotoHash) -> sql::Result<Option<u64>> {
    connection
        .prepare_cached("SELECT bytes FROM photo WHERE sha256 = ?1")?
        .query_row([sha256.to_string()], |row| row.get::<_, i64>(0))
        .optional()
        .map(|bytes| bytes.map(i64::unsigned_abs))
}

/// Whether a photo is held, and is of a record that the asker may see.
pub fn is_within(connection: &Connection, sha256: PhotoHash, scope: Scope) -> sql::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM photo WHERE sha256 = ?1 AND (?2 = '' OR EXISTS (
                 SELECT 1 FROM revision_photo JOIN record ON record.id = record_id
                 WHERE revision_photo.sha256 = ?1 AND record.village = ?2)))",
        )?
        .query_row([sha256.to_string(), scope.sql()], |row| row.get(0))
}

/// How many photos are held, and how many bytes they have.
pub fn totals(connection: &Connection) -> sql::Result<(u64, u64)> {
    connection.query_row("SELECT count(*), coalesce(sum(bytes), 0) FROM photo", [], |row| {
        Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()))
    })
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
