//! What a database answers instead of rows.

/// A failure of the database, or of what it holds. Its text has no value of any row.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// SQLite's own.
    #[error("{0}")]
    Sqlite(#[source] rusqlite::Error),
    /// PostgreSQL's own: its five letters for what is wrong, and words that quote no row.
    #[error("PostgreSQL {code}: {text}")]
    Postgres {
        /// SQLSTATE.
        code: String,
        /// What happened, and to which table or constraint.
        text: String,
    },
    /// The connection was lost. Whether a commit that was under way has happened nobody knows.
    #[error("no database: {0}")]
    Lost(String),
    /// There is no such row.
    #[error("no such row")]
    NoRow,
    /// A row holds what the hub can't have written.
    #[error("a stored value can't be read")]
    Unreadable,
    /// The transaction has ended before its work was done.
    #[error("the transaction was ended")]
    Ended,
}

impl From<rusqlite::Error> for SqlError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::QueryReturnedNoRows => Self::NoRow,
            error => Self::Sqlite(error),
        }
    }
}

impl SqlError {
    /// The same failure once more, for another owner.
    pub fn again(&self) -> Self {
        match self {
            Self::Sqlite(rusqlite::Error::SqliteFailure(code, text)) => {
                Self::Sqlite(rusqlite::Error::SqliteFailure(*code, text.clone()))
            }
            Self::Sqlite(_) | Self::Ended => Self::Ended,
            Self::Postgres { code, text } => Self::Postgres { code: code.clone(), text: text.clone() },
            Self::Lost(why) => Self::Lost(why.clone()),
            Self::NoRow => Self::NoRow,
            Self::Unreadable => Self::Unreadable,
        }
    }
}

/// A row that may not be there.
pub trait OptionalExtension<T> {
    /// Nothing instead of the failure that there is no row.
    fn optional(self) -> Result<Option<T>, SqlError>;
}

impl<T> OptionalExtension<T> for Result<T, SqlError> {
    fn optional(self) -> Result<Option<T>, SqlError> {
        match self {
            Ok(row) => Ok(Some(row)),
            Err(SqlError::NoRow) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
