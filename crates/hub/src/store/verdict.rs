//! Verdicts that are held back for a moment, and how long verifiers took.

use super::sql::{self, Connection, OptionalExtension as _, Row, Transaction, params};
use super::{from_json, parsed, to_json};
use crate::decision::Verdict;
use payung_domain::RecordId;

/// A verdict that has not taken effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The record.
    pub record: RecordId,
    /// Who said it.
    pub user: String,
    /// What.
    pub verdict: Verdict,
    /// The change of the record that it was said of.
    pub seen: i64,
    /// When the page was opened; Unix milliseconds.
    pub opened_at: i64,
    /// When it was said; Unix milliseconds.
    pub decided_at: i64,
    /// When it takes effect; Unix milliseconds.
    pub due_at: i64,
}

const COLUMNS: &str = "record_id, user_name, what, seen, opened_at, decided_at, due_at";

fn held(row: &Row) -> sql::Result<Held> {
    Ok(Held {
        record: parsed(&row.get::<_, String>(0)?)?,
        user: row.get(1)?,
        verdict: from_json(&row.get::<_, String>(2)?)?,
        seen: row.get(3)?,
        opened_at: row.get(4)?,
        decided_at: row.get(5)?,
        due_at: row.get(6)?,
    })
}

/// The verdict that is held for a record.
pub fn of(connection: &Connection, id: RecordId) -> sql::Result<Option<Held>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM verdict WHERE record_id = ?1 AND applied_at IS NULL"))?
        .query_row([id.to_string()], held)
        .optional()
}

/// Somebody's verdicts that can still be taken back, the newest first.
pub fn of_user(connection: &Connection, user: &str, most: u32) -> sql::Result<Vec<Held>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM verdict WHERE user_name = ?1 AND applied_at IS NULL ORDER BY decided_at DESC LIMIT ?2"
        ))?
        .query_map(params![user, most], held)?
        .collect()
}

/// Records of whose verdicts the time has come, the oldest first.
pub fn due(connection: &Connection, now: i64) -> sql::Result<Vec<RecordId>> {
    connection
        .prepare_cached(
            "SELECT record_id FROM verdict WHERE applied_at IS NULL AND due_at <= ?1 ORDER BY due_at, record_id",
        )?
        .query_map([now], |row| parsed(&row.get::<_, String>(0)?))?
        .collect()
}

/// Holds a verdict, or with an `applied_at` notes one that has taken effect at once.
pub fn add(transaction: &Transaction, new: &Held, applied_at: Option<i64>) -> sql::Result<()> {
    let what = if applied_at.is_none() { to_json(&new.verdict)? } else { String::new() };
    // two within one millisecond: the clock of a test, or a decision on what was taken back at once
    transaction
        .prepare_cached(
            "INSERT INTO verdict (record_id, decided_at, user_name, act, what, seen, opened_at, due_at, applied_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (record_id, decided_at) DO UPDATE SET user_name = excluded.user_name, act = excluded.act,
                 what = excluded.what, seen = excluded.seen, opened_at = excluded.opened_at, due_at = excluded.due_at,
                 applied_at = excluded.applied_at",
        )?
        .execute(params![
            new.record.to_string(),
            new.decided_at,
            new.user,
            new.verdict.key(),
            what,
            new.seen,
            new.opened_at,
            new.due_at,
            applied_at
        ])
        .map(drop)
}

/// A held verdict takes effect; tells whether it was still held.
pub fn set_applied(transaction: &Transaction, held: &Held, now: i64) -> sql::Result<bool> {
    let done = transaction
        .prepare_cached(
            "UPDATE verdict SET applied_at = ?3, what = ''
             WHERE record_id = ?1 AND decided_at = ?2 AND applied_at IS NULL",
        )?
        .execute(params![held.record.to_string(), held.decided_at, now])?;
    Ok(done == 1)
}

/// A held verdict is no more.
pub fn remove(transaction: &Transaction, held: &Held) -> sql::Result<()> {
    transaction
        .prepare_cached("DELETE FROM verdict WHERE record_id = ?1 AND decided_at = ?2")?
        .execute(params![held.record.to_string(), held.decided_at])
        .map(drop)
}

/// How many somebody has decided since then, and how long each took from open to decided, in milliseconds.
pub fn times_of(connection: &Connection, user: &str, since: i64) -> sql::Result<Vec<i64>> {
    connection
        .prepare_cached("SELECT decided_at - opened_at FROM verdict WHERE user_name = ?1 AND decided_at >= ?2")?
        .query_map(params![user, since], |row| row.get(0))?
        .collect()
}

/// The same of everybody's newest ones.
pub fn newest_times(connection: &Connection, most: u32) -> sql::Result<Vec<i64>> {
    connection
        .prepare_cached("SELECT decided_at - opened_at FROM verdict ORDER BY decided_at DESC LIMIT ?1")?
        .query_map([most], |row| row.get(0))?
        .collect()
}
