//! A connection, and a transaction on it.

use super::statement::{Prepared, Statement};
use super::{Params, Result, Row, SqlError};
use std::ops::Deref;

/// A connection to a database of any engine.
pub struct Connection(Engine);

enum Engine {
    Sqlite(rusqlite::Connection),
}

impl From<rusqlite::Connection> for Connection {
    fn from(connection: rusqlite::Connection) -> Self {
        Self(Engine::Sqlite(connection))
    }
}

impl Connection {
    /// SQLite's own connection, for what only SQLite has.
    pub fn sqlite(&self) -> Option<&rusqlite::Connection> {
        match &self.0 {
            Engine::Sqlite(connection) => Some(connection),
        }
    }

    /// Begins a unit of work: no other writer comes between what it reads and what it writes.
    pub fn begin_write(&self) -> Result<Transaction<'_>> {
        match &self.0 {
            Engine::Sqlite(connection) => connection.execute_batch("BEGIN IMMEDIATE")?,
        }
        Ok(Transaction { connection: self, is_open: true })
    }

    /// Begins a unit of reading, all on one snapshot.
    pub fn begin_read(&self) -> Result<Transaction<'_>> {
        match &self.0 {
            Engine::Sqlite(connection) => connection.execute_batch("BEGIN")?,
        }
        Ok(Transaction { connection: self, is_open: true })
    }

    /// A statement that is kept for the next time.
    pub fn prepare_cached(&self, sql: &str) -> Result<Statement<'_>> {
        match &self.0 {
            Engine::Sqlite(connection) => Ok(Statement(Prepared::Sqlite(connection.prepare_cached(sql)?))),
        }
    }

    /// Runs a statement; tells how many rows it changed.
    pub fn execute(&self, sql: &str, values: impl Params) -> Result<usize> {
        self.prepare_cached(sql)?.execute(values)
    }

    /// The first row that a statement gives.
    pub fn query_row<T>(&self, sql: &str, values: impl Params, map: impl FnOnce(&Row) -> Result<T>) -> Result<T> {
        self.prepare_cached(sql)?.query_row(values, map)
    }

    /// Runs statements that have no values.
    pub fn execute_batch(&self, sql: &str) -> Result<()> {
        match &self.0 {
            Engine::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
        }
    }
}

/// A unit of work. What was not committed is undone when this goes.
pub struct Transaction<'c> {
    connection: &'c Connection,
    is_open: bool,
}

impl Deref for Transaction<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

impl Transaction<'_> {
    /// Whether the database has ended it by itself, as a full disk does.
    pub fn is_ended(&self) -> bool {
        match &self.connection.0 {
            Engine::Sqlite(connection) => connection.is_autocommit(),
        }
    }

    /// Makes its work last. An error says that it did not, or that nobody knows.
    pub fn commit(mut self) -> Result<()> {
        if self.is_ended() {
            return Err(SqlError::Ended);
        }
        match &self.connection.0 {
            Engine::Sqlite(connection) => connection.execute_batch("COMMIT")?,
        }
        self.is_open = false;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.is_open && !self.is_ended() {
            match &self.connection.0 {
                // where even this fails, the connection's next BEGIN says so
                Engine::Sqlite(connection) => drop(connection.execute_batch("ROLLBACK")),
            }
        }
    }
}
