//! The hub's own names for a database's parts, so that the rest of `store/` is written once for every engine.
//!
//! They have the shape of rusqlite's calls: `prepare_cached(sql)?.query_row(params![..], |row| row.get(0))`. Statements are in
//! SQLite's numbered form, `?1`, and in SQL that every engine knows.

mod connection;
mod error;
mod postgres;
mod statement;
mod value;

pub use connection::{Connection, Dialect, Transaction};
pub use error::{OptionalExtension, SqlError};
pub use postgres::{DatabaseUrl, NoUrl};
pub use statement::{Mapped, Row, Statement};
pub use value::{FromSql, Params, ToSql, Value};

/// What a call of the database gives.
pub type Result<T, E = SqlError> = std::result::Result<T, E>;

/// The values of a statement's `?1`, `?2` and so on, of any types.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$(&$value as &dyn $crate::store::sql::ToSql),*][..] };
}
pub(crate) use params;
