//! A connection, and a transaction on it.

use super::postgres::Client;
use super::statement::{Prepared, Statement};
use super::{DatabaseUrl, Params, Result, Row, SqlError};
use std::ops::Deref;

/// A connection to a database of any engine.
pub struct Connection(Engine);

enum Engine {
    Sqlite(rusqlite::Connection),
    Postgres(Box<Client>),
}

/// Whose words a statement must be in, in the few places where that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite's.
    Sqlite,
    /// PostgreSQL's.
    Postgres,
}

impl From<rusqlite::Connection> for Connection {
    fn from(connection: rusqlite::Connection) -> Self {
        Self(Engine::Sqlite(connection))
    }
}

impl Connection {
    /// Connects to PostgreSQL.
    pub fn connect(url: &DatabaseUrl) -> Result<Self> {
        Ok(Self(Engine::Postgres(Box::new(Client::connect(url)?))))
    }

    /// Whose words it knows.
    pub fn dialect(&self) -> Dialect {
        match &self.0 {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// SQLite's own connection, for what only SQLite has.
    pub fn sqlite(&self) -> Option<&rusqlite::Connection> {
        match &self.0 {
            Engine::Sqlite(connection) => Some(connection),
            Engine::Postgres(_) => None,
        }
    }

    /// Whether it can still be used: a server may have ended it.
    pub fn is_open(&self) -> bool {
        match &self.0 {
            Engine::Sqlite(_) => true,
            Engine::Postgres(client) => client.is_open(),
        }
    }

    /// Begins a unit of work: no other writer comes between what it reads and what it writes.
    pub fn begin_write(&self) -> Result<Transaction<'_>> {
        match &self.0 {
            Engine::Sqlite(connection) => connection.execute_batch("BEGIN IMMEDIATE")?,
            Engine::Postgres(client) => client.begin_write(),
        }
        Ok(Transaction { connection: self, is_open: true })
    }

    /// Begins a unit of reading, all on one snapshot.
    pub fn begin_read(&self) -> Result<Transaction<'_>> {
        match &self.0 {
            Engine::Sqlite(connection) => connection.execute_batch("BEGIN")?,
            Engine::Postgres(client) => client.begin_read(),
        }
        Ok(Transaction { connection: self, is_open: true })
    }

    /// A statement that is kept for the next time.
    pub fn prepare_cached(&self, sql: &str) -> Result<Statement<'_>> {
        Ok(Statement(match &self.0 {
            Engine::Sqlite(connection) => Prepared::Sqlite(connection.prepare_cached(sql)?),
            Engine::Postgres(client) => Prepared::Postgres(client, client.prepare(sql)?),
        }))
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
            Engine::Postgres(client) => client.batch(sql),
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
    /// Whether the database has ended it by itself, as a full disk does, or a lost connection.
    pub fn is_ended(&self) -> bool {
        match &self.connection.0 {
            Engine::Sqlite(connection) => connection.is_autocommit(),
            Engine::Postgres(client) => client.is_over(),
        }
    }

    /// Does one part of the work so that its failure undoes nothing of the others.
    pub fn apart<T, E: From<SqlError>>(&self, work: impl FnOnce(&Self) -> Result<T, E>) -> Result<T, E> {
        match &self.connection.0 {
            Engine::Sqlite(connection) => {
                connection.execute_batch("SAVEPOINT job").map_err(SqlError::from)?;
                let done = work(self);
                if !connection.is_autocommit() {
                    let end = if done.is_ok() { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" };
                    connection.execute_batch(end).map_err(SqlError::from)?;
                }
                done
            }
            Engine::Postgres(client) => {
                client.mark();
                let done = work(self);
                // where a statement has failed PostgreSQL keeps nothing, whatever the work made of it
                let done = if client.has_failed() { done.and(Err(SqlError::Ended.into())) } else { done };
                client.unmark(done.is_ok());
                done
            }
        }
    }

    /// Makes its work last. An error says that it did not, or that nobody knows.
    pub fn commit(mut self) -> Result<()> {
        if self.is_ended() {
            return Err(SqlError::Ended);
        }
        match &self.connection.0 {
            Engine::Sqlite(connection) => connection.execute_batch("COMMIT")?,
            Engine::Postgres(client) => client.commit()?,
        }
        self.is_open = false;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.is_open || self.is_ended() {
            return;
        }
        match &self.connection.0 {
            // where even this fails, the connection's next BEGIN says so
            Engine::Sqlite(connection) => drop(connection.execute_batch("ROLLBACK")),
            Engine::Postgres(client) => client.roll_back(),
        }
    }
}
