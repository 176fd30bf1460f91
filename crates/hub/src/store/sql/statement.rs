//! A prepared statement and the rows that it gives.

use super::postgres::{Client, value_of};
use super::{FromSql, Params, Result, SqlError, Value};
use rusqlite::CachedStatement;

/// A prepared statement; most are kept by their connection for the next time.
pub struct Statement<'c>(pub(super) Prepared<'c>);

pub(super) enum Prepared<'c> {
    Sqlite(CachedStatement<'c>),
    Postgres(&'c Client, tokio_postgres::Statement),
}

/// A row, as long as it is looked at.
pub enum Row<'r> {
    /// SQLite's own.
    Sqlite(&'r rusqlite::Row<'r>),
    /// PostgreSQL's own.
    Postgres(&'r tokio_postgres::Row),
}

/// What names a column.
pub trait Column {
    /// From 0.
    fn index(self) -> usize;
}

impl Column for usize {
    fn index(self) -> usize {
        self
    }
}

impl Row<'_> {
    /// The value of a column.
    pub fn get<C: Column, T: FromSql>(&self, column: C) -> Result<T> {
        T::from_value(self.value(column.index())?).ok_or(SqlError::Unreadable)
    }

    fn value(&self, index: usize) -> Result<Value<'_>> {
        match self {
            Self::Sqlite(row) => Value::of_sqlite(row.get_ref(index)?),
            Self::Postgres(row) => value_of(row, index),
        }
    }
}

/// Rows on their way through a function.
pub struct Mapped<'s, F> {
    rows: Rows<'s>,
    map: F,
}

enum Rows<'s> {
    Sqlite(rusqlite::Rows<'s>),
    Postgres(std::vec::IntoIter<tokio_postgres::Row>),
}

impl<T, F: FnMut(&Row) -> Result<T>> Iterator for Mapped<'_, F> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        match &mut self.rows {
            Rows::Sqlite(rows) => match rows.next() {
                Ok(row) => row.map(|row| (self.map)(&Row::Sqlite(row))),
                Err(error) => Some(Err(error.into())),
            },
            Rows::Postgres(rows) => rows.next().map(|row| (self.map)(&Row::Postgres(&row))),
        }
    }
}

impl Statement<'_> {
    /// Runs it; tells how many rows it changed.
    pub fn execute(&mut self, values: impl Params) -> Result<usize> {
        match &mut self.0 {
            Prepared::Sqlite(statement) => Ok(statement.execute(rusqlite::params_from_iter(values.values()))?),
            Prepared::Postgres(client, statement) => client.execute(statement, values.values()),
        }
    }

    /// The first row.
    pub fn query_row<T>(&mut self, values: impl Params, map: impl FnOnce(&Row) -> Result<T>) -> Result<T> {
        match &mut self.0 {
            Prepared::Sqlite(statement) => {
                let mut rows = statement.query(rusqlite::params_from_iter(values.values()))?;
                map(&Row::Sqlite(rows.next()?.ok_or(SqlError::NoRow)?))
            }
            Prepared::Postgres(client, statement) => {
                let rows = client.query(statement, values.values())?;
                map(&Row::Postgres(rows.first().ok_or(SqlError::NoRow)?))
            }
        }
    }

    /// Every row. PostgreSQL's are all in memory then: what has no bound is read in pages.
    pub fn query_map<T, F: FnMut(&Row) -> Result<T>>(&mut self, values: impl Params, map: F) -> Result<Mapped<'_, F>> {
        let rows = match &mut self.0 {
            Prepared::Sqlite(statement) => Rows::Sqlite(statement.query(rusqlite::params_from_iter(values.values()))?),
            Prepared::Postgres(client, statement) => {
                Rows::Postgres(client.query(statement, values.values())?.into_iter())
            }
        };
        Ok(Mapped { rows, map })
    }
}
