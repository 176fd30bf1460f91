//! Files in pieces: lists and answers as they came, exports as they went.

use super::sql::{self, Connection, OptionalExtension as _, Transaction, params};

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// Its name here.
    pub id: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
}

/// Begins a file; [`finish`] says how large it became.
pub fn begin(transaction: &Transaction, id: &str, now: i64) -> sql::Result<()> {
    transaction
        .prepare_cached("INSERT INTO file (id, bytes, sha256, made_at) VALUES (?1, 0, '', ?2)")?
        .execute(params![id, now])?;
    Ok(())
}

/// Adds a piece.
pub fn put_piece(transaction: &Transaction, id: &str, number: u32, bytes: &[u8]) -> sql::Result<()> {
    transaction
        .prepare_cached("INSERT INTO file_piece (file_id, number, bytes) VALUES (?1, ?2, ?3)")?
        .execute(params![id, number, bytes])?;
    Ok(())
}

/// All pieces are there.
pub fn finish(transaction: &Transaction, file: &FileRow) -> sql::Result<()> {
    transaction.prepare_cached("UPDATE file SET bytes = ?2, sha256 = ?3 WHERE id = ?1")?.execute(params![
        file.id,
        i64::try_from(file.bytes).unwrap_or(i64::MAX),
        file.sha256
    ])?;
    Ok(())
}

/// One file.
pub fn get(connection: &Connection, id: &str) -> sql::Result<Option<FileRow>> {
    connection
        .prepare_cached("SELECT id, bytes, sha256 FROM file WHERE id = ?1 AND sha256 <> ''")?
        .query_row([id], |row| {
            Ok(FileRow { id: row.get(0)?, bytes: row.get::<_, i64>(1)?.unsigned_abs(), sha256: row.get(2)? })
        })
        .optional()
}

/// One piece; nothing after the last.
pub fn piece(connection: &Connection, id: &str, number: u32) -> sql::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached("SELECT bytes FROM file_piece WHERE file_id = ?1 AND number = ?2")?
        .query_row(params![id, number], |row| row.get(0))
        .optional()
}

/// Removes a file that nothing names any more.
pub fn remove(transaction: &Transaction, id: &str) -> sql::Result<()> {
    transaction.prepare_cached("DELETE FROM file_piece WHERE file_id = ?1")?.execute([id])?;
    transaction.prepare_cached("DELETE FROM file WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// Files from before a time that neither an import nor an export names: of a call or a job that broke off.
pub fn orphans(connection: &Connection, before: i64) -> sql::Result<Vec<String>> {
    connection
        .prepare_cached(
            "SELECT id FROM file WHERE made_at < ?1
                 AND NOT EXISTS (SELECT 1 FROM import WHERE file_id = file.id)
                 AND NOT EXISTS (SELECT 1 FROM export WHERE xlsx = file.id OR csv = file.id)",
        )?
        .query_map([before], |row| row.get(0))?
        .collect()
}
