//! What only SQLite's file needs: how it is opened, brought up to date and left.

use super::sql::{self, Connection, SqlError};
use super::{MIGRATIONS, audit, snapshot};
use crate::error::HubError;
use rusqlite::OpenFlags;
use std::path::Path;
use std::time::Duration;

/// Opens the file, or makes it, for the one who writes.
pub fn open_writer(path: &Path) -> sql::Result<Connection> {
    let writer = rusqlite::Connection::open(path)?;
    settle(&writer)?;
    writer.pragma_update(None, "journal_mode", "WAL")?;
    Ok(writer.into())
}

/// Opens the file for one who reads. Not read-only: a database with a -wal of a killed hub could not be read then.
pub fn open_reader(path: &Path) -> sql::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = rusqlite::Connection::open_with_flags(path, flags)?;
    settle(&reader)?;
    reader.pragma_update(None, "query_only", true)?;
    Ok(reader.into())
}

fn settle(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(10))?;
    // FULL: a commit is on the disk before the receipt leaves.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(())
}

/// Brings the schema up to date.
pub fn migrate(connection: &Connection) -> Result<(), HubError> {
    let transaction = connection.begin_write()?;
    let found = snapshot::version(&transaction)?;
    if found > MIGRATIONS.len() {
        return Err(HubError::NewerStore { found, known: MIGRATIONS.len() });
    }
    for (index, sql) in MIGRATIONS.iter().enumerate().skip(found) {
        transaction.execute_batch(sql)?;
        transaction.execute_batch(&format!("PRAGMA user_version = {}", index + 1))?;
    }
    audit::chain_old(&transaction)?;
    Ok(transaction.commit()?)
}

/// Leaves one file, complete by itself.
pub fn leave_one_file(writer: &Connection) -> Result<(), HubError> {
    if let Some(writer) = writer.sqlite() {
        writer.pragma_update(None, "journal_mode", "DELETE").map_err(SqlError::from)?;
    }
    Ok(())
}
