//! The only door to SQL. Writers take a `&Transaction`, readers a `&Connection`.

pub mod audit;
pub mod candidate;
pub mod cover;
pub mod device;
pub mod export;
pub mod file;
pub mod health;
pub mod import;
pub mod lease;
pub mod line;
pub mod lock_out;
pub mod office_user;
pub mod pairing_code;
pub mod photo;
pub mod quota;
pub mod record;
pub mod report;
pub mod search;
pub mod session;
pub mod snapshot;
mod together;
pub mod village;

use crate::context::Brake;
use crate::error::HubError;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Every schema in order; `user_version` says how many a database has.
pub const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_first.sql"),
    include_str!("../../migrations/0002_lost_signal.sql"),
    include_str!("../../migrations/0003_people.sql"),
    include_str!("../../migrations/0004_rules.sql"),
    include_str!("../../migrations/0005_restored.sql"),
    include_str!("../../migrations/0007_files.sql"),
];

/// Readers that are kept open between calls.
const IDLE_READERS: usize = 8;

/// The hub's database: one writer, several readers, each call blocking.
pub struct Store {
    path: PathBuf,
    writer: Mutex<Connection>,
    /// Jobs that wait for the writer, for [`Store::write_together`].
    jobs: Mutex<Vec<together::Job>>,
    readers: Mutex<Vec<Connection>>,
}

impl Store {
    /// Opens the database and brings its schema up to date.
    pub fn open(path: &Path) -> Result<Self, HubError> {
        let mut writer = Connection::open(path)?;
        settle(&writer)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        migrate(&mut writer)?;
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            jobs: Mutex::default(),
            readers: Mutex::default(),
        })
    }

    /// Ends the store and leaves one file, complete by itself.
    pub fn close(self) -> Result<(), HubError> {
        drop(self.readers);
        let writer = self.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        writer.pragma_update(None, "journal_mode", "DELETE")?;
        Ok(())
    }

    /// From now on the writer asks whether it stops.
    pub(crate) fn stop_at(&self, brake: &Arc<Brake>) -> Result<(), HubError> {
        let (inside, at_the_end) = (Arc::clone(brake), Arc::clone(brake));
        let writer = held(&self.writer);
        writer.progress_handler(1, Some(move || inside(false)))?;
        writer.commit_hook(Some(move || at_the_end(true)))?;
        Ok(())
    }

    /// Runs a unit of work that is durable when this returns, or has left no trace.
    pub fn write<T, E: From<rusqlite::Error>>(&self, work: impl FnOnce(&Transaction) -> Result<T, E>) -> Result<T, E> {
        let mut writer = held(&self.writer);
        // Immediate: a count of places and the place that follows from it must see no other writer between them.
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = work(&transaction)?;
        transaction.commit()?;
        Ok(answer)
    }

    /// Runs a unit of reading on one snapshot.
    pub fn read<T, E: From<rusqlite::Error>>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let idle = held(&self.readers).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let reader = Connection::open_with_flags(&self.path, flags)?;
                settle(&reader)?;
                reader.pragma_update(None, "query_only", true)?;
                reader
            }
        };
        let answer = {
            let snapshot = reader.transaction()?;
            work(&snapshot)?
        };
        let mut readers = held(&self.readers);
        if readers.len() < IDLE_READERS {
            readers.push(reader);
        }
        Ok(answer)
    }
}

/// A panic in one call must not close the store for all others: an unfinished transaction was rolled back.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn settle(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    // FULL: a commit is on the disk before the receipt leaves.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(())
}

fn migrate(connection: &mut Connection) -> Result<(), HubError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = transaction.query_row("SELECT user_version FROM pragma_user_version", [], |row| row.get(0))?;
    let found = found as usize;
    if found > MIGRATIONS.len() {
        return Err(HubError::NewerStore { found, known: MIGRATIONS.len() });
    }
    for (index, sql) in MIGRATIONS.iter().enumerate().skip(found) {
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", (index + 1) as u32)?;
    }
    audit::chain_old(&transaction)?;
    transaction.commit()?;
    Ok(())
}

/// Turns a stored text back into what it says.
pub(crate) fn parsed<T: std::str::FromStr>(text: &str) -> rusqlite::Result<T> {
    text.parse().map_err(|_| rusqlite::Error::InvalidQuery)
}

/// Turns stored JSON back into what it says.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(|_| rusqlite::Error::InvalidQuery)
}

/// The JSON of something that can always be written.
pub(crate) fn to_json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|_| rusqlite::Error::InvalidQuery)
}
