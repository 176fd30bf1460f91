//! Who did what and when; rows are only ever added.

use rusqlite::{Connection, Transaction, params};

/// One act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Unix milliseconds.
    pub at: i64,
    /// `user:<name>`, `device:<id>`, `command` or `hub`.
    pub actor: String,
    /// For example `record.approve`.
    pub act: String,
    /// What it was done to: ids only.
    pub subject: String,
}

/// Adds an act.
pub fn add(transaction: &Transaction, at: i64, actor: &str, act: &str, subject: &str) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT INTO audit (at, actor, act, subject) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![at, actor, act, subject])?;
    Ok(())
}

/// The acts on one subject, oldest first.
pub fn on(connection: &Connection, subject: &str) -> rusqlite::Result<Vec<Act>> {
    connection
        .prepare_cached("SELECT at, actor, act, subject FROM audit WHERE subject = ?1 ORDER BY seq")?
        .query_map([subject], |row| {
            Ok(Act { at: row.get(0)?, actor: row.get(1)?, act: row.get(2)?, subject: row.get(3)? })
        })?
        .collect()
}
