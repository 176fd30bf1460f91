//! The only door to SQL. Writers take a `&Transaction`, readers a `&Connection`.

pub mod audit;
pub mod batch;
pub mod candidate;
pub mod card;
pub mod claim;
pub mod concern;
pub mod cover;
pub mod device;
pub mod export;
pub mod file;
pub mod guess;
pub mod health;
pub mod import;
pub mod irregularity;
pub mod job;
pub mod lease;
pub mod line;
pub mod lock_out;
pub mod office_user;
pub mod paging;
pub mod pairing_code;
pub mod photo;
pub mod pictures;
mod postgres;
pub mod quota;
pub mod record;
pub mod report;
pub mod search;
pub mod session;
pub mod snapshot;
pub mod sql;
mod sqlite;
mod together;
pub mod verdict;
pub mod village;
pub mod worker_key;

use crate::context::Brake;
use crate::error::HubError;
pub use postgres::POSTGRES_MIGRATIONS;
use sql::{Connection, DatabaseUrl, SqlError, Transaction};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Every schema in order; `user_version` says how many a database has.
pub const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_first.sql"),
    include_str!("../../migrations/0002_lost_signal.sql"),
    include_str!("../../migrations/0003_people.sql"),
    include_str!("../../migrations/0004_rules.sql"),
    include_str!("../../migrations/0005_restored.sql"),
    include_str!("../../migrations/0006_verification.sql"),
    include_str!("../../migrations/0007_files.sql"),
    include_str!("../../migrations/0008_pictures.sql"),
    include_str!("../../migrations/0009_card.sql"),
    include_str!("../../migrations/0010_irregularity.sql"),
    include_str!("../../migrations/0011_card_guess.sql"),
    include_str!("../../migrations/0012_indexes.sql"),
    include_str!("../../migrations/0013_reports.sql"),
    include_str!("../../migrations/0014_visits.sql"),
];

/// Readers that are kept open between calls.
const IDLE_READERS: usize = 8;

/// Between two writes of long work phones that wait come first; a mutex alone is not fair.
pub const BREATH: Duration = Duration::from_millis(3);

/// Where a hub's rows lie.
#[derive(Clone, Debug)]
pub enum Source {
    /// In a file, SQLite's.
    File(PathBuf),
    /// In a PostgreSQL database, which other hubs may share.
    Postgres(DatabaseUrl),
}

impl Source {
    fn writer(&self) -> sql::Result<Connection> {
        match self {
            Self::File(path) => sqlite::open_writer(path),
            Self::Postgres(url) => Connection::connect(url),
        }
    }

    /// Opens it to look at it: it is neither made nor brought up to date.
    pub fn reader(&self) -> sql::Result<Connection> {
        match self {
            Self::File(path) => sqlite::open_reader(path),
            Self::Postgres(url) => Connection::connect(url),
        }
    }
}

/// The hub's database: one writer, several readers, each call blocking.
pub struct Store {
    source: Source,
    writer: Mutex<Connection>,
    /// Jobs that wait for the writer, for [`Store::write_together`].
    jobs: Mutex<Vec<together::Job>>,
    readers: Mutex<Vec<Connection>>,
}

impl Store {
    /// Opens the database and brings its schema up to date.
    pub fn open(path: &Path) -> Result<Self, HubError> {
        Self::open_source(Source::File(path.to_owned()))
    }

    /// The same wherever it is.
    pub fn open_source(source: Source) -> Result<Self, HubError> {
        let writer = source.writer()?;
        match &source {
            Source::File(_) => sqlite::migrate(&writer)?,
            Source::Postgres(_) => postgres::migrate(&writer)?,
        }
        Ok(Self { source, writer: Mutex::new(writer), jobs: Mutex::default(), readers: Mutex::default() })
    }

    /// Ends the store and leaves one file, complete by itself.
    pub fn close(self) -> Result<(), HubError> {
        drop(self.readers);
        let writer = self.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        sqlite::leave_one_file(&writer)
    }

    /// From now on the writer asks whether it stops.
    pub(crate) fn stop_at(&self, brake: &Arc<Brake>) -> Result<(), HubError> {
        let (inside, at_the_end) = (Arc::clone(brake), Arc::clone(brake));
        let writer = held(&self.writer);
        let Some(writer) = writer.sqlite() else { return Err(HubError::Corrupt("a brake that only SQLite has")) };
        writer.progress_handler(1, Some(move || inside(false))).map_err(SqlError::from)?;
        writer.commit_hook(Some(move || at_the_end(true))).map_err(SqlError::from)?;
        Ok(())
    }

    /// The writer, for one call; connected anew where a server has ended the connection.
    fn writer(&self) -> sql::Result<MutexGuard<'_, Connection>> {
        let mut writer = held(&self.writer);
        if !writer.is_open() {
            *writer = self.source.writer()?;
        }
        Ok(writer)
    }

    /// Lets the writer keep so much of the database in memory, for a job that touches all of it.
    pub(crate) fn keep_in_memory(&self, mebibytes: u32) -> Result<(), HubError> {
        Ok(sqlite::keep_in_memory(&held(&self.writer), mebibytes)?)
    }

    /// Runs a unit of work that is durable when this returns, or has left no trace.
    pub fn write<T, E: From<SqlError>>(&self, work: impl FnOnce(&Transaction) -> Result<T, E>) -> Result<T, E> {
        let writer = self.writer()?;
        // A count of places and the place that follows from it must see no other writer between them.
        let transaction = writer.begin_write()?;
        let answer = work(&transaction)?;
        transaction.commit()?;
        Ok(answer)
    }

    /// Does a chore, unless another process is at it: then nothing.
    pub fn alone<T, E: From<SqlError>>(
        &self,
        chore: Chore,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        let Source::Postgres(_) = self.source else { return work().map(Some) };
        // Of this connection: whatever becomes of the process, the server gives the lock back.
        let holder = self.source.reader()?;
        let is_free = "SELECT pg_try_advisory_lock(current_schema()::regnamespace::oid::int4, ?1)";
        let is_mine = holder.query_row(is_free, [chore as i32], |row| row.get::<_, bool>(0))?;
        if is_mine { work().map(Some) } else { Ok(None) }
    }

    /// Runs a unit of reading on one snapshot.
    pub fn read<T, E: From<SqlError>>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let idle = held(&self.readers).pop();
        let reader = match idle.filter(Connection::is_open) {
            Some(reader) => reader,
            None => self.source.reader()?,
        };
        let answer = {
            let snapshot = reader.begin_read()?;
            work(&snapshot)
        };
        // also after a refusal: a new one costs PostgreSQL a process and all prepared statements
        let mut readers = held(&self.readers);
        if readers.len() < IDLE_READERS {
            readers.push(reader);
        }
        answer
    }
}

/// Work that is done now and then, by one process at a time.
#[derive(Clone, Copy, Debug)]
pub enum Chore {
    /// Uploads that nobody went on with.
    Sweep = 1,
    /// Covers that are over.
    Covers = 2,
    /// Cards of people who were covered before this hub signed any.
    Cards = 3,
    /// Undecided records, by new rules.
    Look = 4,
}

/// A panic in one call must not close the store for all others: an unfinished transaction was rolled back.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Turns a stored text back into what it says.
pub(crate) fn parsed<T: std::str::FromStr>(text: &str) -> sql::Result<T> {
    text.parse().map_err(|_| SqlError::Unreadable)
}

/// Turns stored JSON back into what it says.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> sql::Result<T> {
    serde_json::from_str(text).map_err(|_| SqlError::Unreadable)
}

/// The JSON of something that can always be written.
pub(crate) fn to_json(value: &impl serde::Serialize) -> sql::Result<String> {
    serde_json::to_string(value).map_err(|_| SqlError::Unreadable)
}
