//! Wrong passwords and codes, by name and by address. In the database, so that every process on it counts the same.

use super::sql::{self, Connection, OptionalExtension as _, Transaction, params};

/// Until when no password from this address is taken for this name, in Unix milliseconds.
pub fn locked_until(connection: &Connection, name: &str, caller: &str) -> sql::Result<i64> {
    connection.query_row(
        "SELECT locked_until, coalesce((SELECT locked_until FROM sign_in_failure
             WHERE user_name = name AND caller = ?2), 0) FROM office_user WHERE name = ?1",
        [name, caller],
        |row| Ok(row.get::<_, i64>(0)?.max(row.get(1)?)),
    )
}

/// Counts a wrong password. Tells how many there were in a row from this address, and from everywhere.
pub fn add_failure(transaction: &Transaction, name: &str, caller: &str, now: i64) -> sql::Result<(u32, u32)> {
    transaction.execute("DELETE FROM sign_in_failure WHERE failed_at < ?1", [now - 86_400_000])?;
    let here = transaction.query_row(
        "INSERT INTO sign_in_failure (user_name, caller, failures, failed_at) VALUES (?1, ?2, 1, ?3)
         ON CONFLICT (user_name, caller) DO UPDATE SET failures = sign_in_failure.failures + 1,
              failed_at = excluded.failed_at
         RETURNING failures",
        params![name, caller, now],
        |row| row.get(0),
    )?;
    let everywhere = transaction.query_row(
        "UPDATE office_user SET failures = failures + 1 WHERE name = ?1 RETURNING failures",
        [name],
        |row| row.get(0),
    )?;
    Ok((here, everywhere))
}

/// Makes a name wait that comes from one address.
pub fn lock_caller(transaction: &Transaction, name: &str, caller: &str, until: i64) -> sql::Result<()> {
    transaction.execute(
        "UPDATE sign_in_failure SET locked_until = ?3 WHERE user_name = ?1 AND caller = ?2",
        params![name, caller, until],
    )?;
    Ok(())
}

/// Makes a name wait wherever it comes from.
pub fn lock_name(transaction: &Transaction, name: &str, until: i64) -> sql::Result<()> {
    transaction.execute("UPDATE office_user SET locked_until = ?2 WHERE name = ?1", params![name, until])?;
    Ok(())
}

/// After a right password: the next wrong one is the first from this address, and of all.
pub fn forget(transaction: &Transaction, name: &str, caller: &str) -> sql::Result<()> {
    transaction.execute("DELETE FROM sign_in_failure WHERE user_name = ?1 AND caller = ?2", [name, caller])?;
    transaction.execute("UPDATE office_user SET failures = 0, locked_until = 0 WHERE name = ?1", [name])?;
    Ok(())
}

/// How many tries an address has left in its bucket at a time, if it has one, and when that was.
pub fn tries_left(connection: &Connection, caller: &str) -> sql::Result<Option<(f64, i64)>> {
    connection
        .prepare_cached("SELECT tries, at FROM sign_in_bucket WHERE caller = ?1")?
        .query_row([caller], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// Writes down how many tries an address has left, and forgets buckets that are full again.
pub fn set_tries(transaction: &Transaction, caller: &str, tries: f64, now: i64, full_before: i64) -> sql::Result<()> {
    transaction.execute("DELETE FROM sign_in_bucket WHERE at < ?1", [full_before])?;
    transaction.execute(
        "INSERT INTO sign_in_bucket (caller, tries, at) VALUES (?1, ?2, ?3)
         ON CONFLICT (caller) DO UPDATE SET tries = excluded.tries, at = excluded.at",
        params![caller, tries, now],
    )?;
    Ok(())
}
