//! Work that one worker at a time has, for as long as its claim says: the rows of an import or an export.
//!
//! A claim is known by its end. Whoever writes names the end that it was given, and is refused once another worker has taken
//! the work since: because it was silent for too long, or because two machines' clocks differ.

use super::sql::{self, Connection, OptionalExtension as _, Transaction, params};

/// What is worked on.
#[derive(Clone, Copy, Debug)]
pub enum Job {
    /// A file that came in.
    Import,
    /// A file for BPJS.
    Export,
}

impl Job {
    /// The table, its states with work left, when the work was asked for, and the state in which each slice is progress.
    fn words(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::Import => ("import", "'checking', 'taking'", "added_at", "taking"),
            Self::Export => ("export", "'gathering', 'writing'", "made_at", "gathering"),
        }
    }
}

/// Takes the oldest work that has no worker, until then; tells its id.
pub fn claim(transaction: &Transaction, job: Job, now: i64, until: i64) -> sql::Result<Option<String>> {
    let (table, states, asked_at, _) = job.words();
    let found: Option<String> = transaction
        .prepare_cached(&format!(
            "SELECT id FROM {table} WHERE state IN ({states}) AND claimed_until < ?1 ORDER BY {asked_at}, id LIMIT 1"
        ))?
        .query_row([now], |row| row.get(0))
        .optional()?;
    if let Some(id) = &found {
        transaction
            .prepare_cached(&format!("UPDATE {table} SET claimed_until = ?2, tries = tries + 1 WHERE id = ?1"))?
            .execute(params![id, until])?;
    }
    Ok(found)
}

/// Keeps a claim a while longer, or with 0 gives it back; tells whether it was still this worker's. What brings the work
/// forward makes the count of tries begin anew: a hub that is stopped often does not end what goes well.
pub fn keep(transaction: &Transaction, job: Job, id: &str, held: i64, until: i64) -> sql::Result<bool> {
    let (table, _, _, progress) = job.words();
    let kept = transaction
        .prepare_cached(&format!(
            "UPDATE {table} SET claimed_until = ?3, tries = CASE WHEN state = '{progress}' THEN 0 ELSE tries END
             WHERE id = ?1 AND claimed_until = ?2"
        ))?
        .execute(params![id, held, until])?;
    Ok(kept == 1)
}

/// How often work on it has begun without getting on.
pub fn tries(connection: &Connection, job: Job, id: &str) -> sql::Result<u32> {
    let (table, ..) = job.words();
    connection.prepare_cached(&format!("SELECT tries FROM {table} WHERE id = ?1"))?.query_row([id], |row| row.get(0))
}

/// New work begins, whoever had the old one.
pub fn begin_anew(transaction: &Transaction, job: Job, id: &str) -> sql::Result<()> {
    let (table, ..) = job.words();
    transaction
        .prepare_cached(&format!("UPDATE {table} SET tries = 0, claimed_until = 0 WHERE id = ?1"))?
        .execute([id])?;
    Ok(())
}
