//! People of the office and their sessions.

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

/// A person who may sign in.
#[derive(Clone, Debug)]
pub struct OfficeUser {
    /// What is typed at the sign-in.
    pub name: String,
    /// argon2id, PHC string.
    pub password_hash: String,
}

/// A signed-in browser.
#[derive(Clone, Debug)]
pub struct Session {
    /// SHA-256 of the cookie.
    pub hash: String,
    /// Who.
    pub user_name: String,
    /// Stands in every form.
    pub csrf: String,
    /// Unix milliseconds.
    pub expires_at: i64,
}

/// Adds a person, or gives a known one another password.
pub fn put(transaction: &Transaction, name: &str, password_hash: &str, now: i64) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO office_user (name, password_hash, added_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET password_hash = excluded.password_hash, failures = 0, locked_until = 0",
        params![name, password_hash, now],
    )?;
    transaction.execute("DELETE FROM sign_in_failure WHERE user_name = ?1", [name])?;
    // Whoever knew the old password may be signed in somewhere.
    transaction.execute("DELETE FROM session WHERE user_name = ?1", [name])?;
    Ok(())
}

/// One person.
pub fn get(connection: &Connection, name: &str) -> rusqlite::Result<Option<OfficeUser>> {
    connection
        .query_row("SELECT name, password_hash FROM office_user WHERE name = ?1", [name], |row| {
            Ok(OfficeUser { name: row.get(0)?, password_hash: row.get(1)? })
        })
        .optional()
}

/// Whether anybody can sign in at all.
pub fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM office_user)", [], |row| row.get(0))
}

/// Until when no password from this address is taken for this name, in Unix milliseconds.
pub fn locked_until(connection: &Connection, name: &str, caller: &str) -> rusqlite::Result<i64> {
    connection.query_row(
        "SELECT max(locked_until, coalesce((SELECT locked_until FROM sign_in_failure
             WHERE user_name = name AND caller = ?2), 0)) FROM office_user WHERE name = ?1",
        [name, caller],
        |row| row.get(0),
    )
}

/// Counts a wrong password. Tells how many there were in a row from this address, and from everywhere.
pub fn add_failure(transaction: &Transaction, name: &str, caller: &str, now: i64) -> rusqlite::Result<(u32, u32)> {
    transaction.execute("DELETE FROM sign_in_failure WHERE failed_at < ?1", [now - 86_400_000])?;
    let here = transaction.query_row(
        "INSERT INTO sign_in_failure (user_name, caller, failures, failed_at) VALUES (?1, ?2, 1, ?3)
         ON CONFLICT (user_name, caller) DO UPDATE SET failures = failures + 1, failed_at = excluded.failed_at
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
pub fn lock_caller(transaction: &Transaction, name: &str, caller: &str, until: i64) -> rusqlite::Result<()> {
    transaction.execute(
        "UPDATE sign_in_failure SET locked_until = ?3 WHERE user_name = ?1 AND caller = ?2",
        params![name, caller, until],
    )?;
    Ok(())
}

/// Makes a name wait wherever it comes from.
pub fn lock_name(transaction: &Transaction, name: &str, until: i64) -> rusqlite::Result<()> {
    transaction.execute("UPDATE office_user SET locked_until = ?2 WHERE name = ?1", params![name, until])?;
    Ok(())
}

/// After a right password: the next wrong one is the first from this address, and of all.
pub fn forget_failures(transaction: &Transaction, name: &str, caller: &str) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM sign_in_failure WHERE user_name = ?1 AND caller = ?2", [name, caller])?;
    transaction.execute("UPDATE office_user SET failures = 0, locked_until = 0 WHERE name = ?1", [name])?;
    Ok(())
}

/// Adds a session and forgets those that have ended.
pub fn add_session(transaction: &Transaction, session: &Session, now: i64) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM session WHERE expires_at < ?1", [now])?;
    transaction.execute(
        "INSERT INTO session (hash, user_name, csrf, made_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![session.hash, session.user_name, session.csrf, now, session.expires_at],
    )?;
    Ok(())
}

/// The session of a cookie that has not ended.
pub fn session(connection: &Connection, hash: &str, now: i64) -> rusqlite::Result<Option<Session>> {
    connection
        .prepare_cached("SELECT hash, user_name, csrf, expires_at FROM session WHERE hash = ?1 AND expires_at >= ?2")?
        .query_row(params![hash, now], |row| {
            Ok(Session { hash: row.get(0)?, user_name: row.get(1)?, csrf: row.get(2)?, expires_at: row.get(3)? })
        })
        .optional()
}

/// Ends a session.
pub fn end_session(transaction: &Transaction, hash: &str) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM session WHERE hash = ?1", [hash])?;
    Ok(())
}
