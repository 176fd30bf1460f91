//! Wrong tries to open a worker's card. In the database, so that every process on it counts the same.

use super::sql::{self, Connection, Transaction, params};

/// Until when a subject that had so many wrong tries is locked, in Unix milliseconds; 0 where it is not.
pub fn locked_until(connection: &Connection, subject: &str, most: u32, now: i64) -> sql::Result<i64> {
    connection
        .prepare_cached(
            "SELECT coalesce(max(until_at), 0) FROM card_guess WHERE subject = ?1 AND wrong >= ?2 AND until_at > ?3",
        )?
        .query_row(params![subject, most, now], |row| row.get(0))
}

/// Counts a wrong try; the first one opens a window that ends then. Tells how many there were.
pub fn add_wrong(transaction: &Transaction, subject: &str, until: i64) -> sql::Result<u32> {
    transaction
        .prepare_cached(
            "INSERT INTO card_guess (subject, wrong, until_at) VALUES (?1, 1, ?2)
             ON CONFLICT (subject) DO UPDATE SET wrong = card_guess.wrong + 1
             RETURNING wrong",
        )?
        .query_row(params![subject, until], |row| row.get(0))
}

/// Forgets windows that have ended.
pub fn forget_old(transaction: &Transaction, now: i64) -> sql::Result<()> {
    transaction.execute("DELETE FROM card_guess WHERE until_at <= ?1", [now])?;
    Ok(())
}
