//! People of the office and their sessions.

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

/// A person who may sign in.
#[derive(Clone, Debug)]
pub struct OfficeUser {
    /// What is typed at the sign-in.
    pub name: String,
    /// argon2id, PHC string.
    pub password_hash: String,
    /// Wrong passwords in a row.
    pub failures: u32,
    /// Unix milliseconds until which no password is looked at.
    pub locked_until: i64,
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
    // Whoever knew the old password may be signed in somewhere.
    transaction.execute("DELETE FROM session WHERE user_name = ?1", [name])?;
    Ok(())
}

/// One person.
pub fn get(connection: &Connection, name: &str) -> rusqlite::Result<Option<OfficeUser>> {
    connection
        .query_row(
            "SELECT name, password_hash, failures, locked_until FROM office_user WHERE name = ?1",
            [name],
            |row| {
                Ok(OfficeUser {
                    name: row.get(0)?,
                    password_hash: row.get(1)?,
                    failures: row.get(2)?,
                    locked_until: row.get(3)?,
                })
            },
        )
        .optional()
}

/// Whether anybody can sign in at all.
pub fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM office_user)", [], |row| row.get(0))
}

/// Notes wrong passwords in a row, and until when the next is not looked at.
pub fn set_failures(transaction: &Transaction, name: &str, failures: u32, locked_until: i64) -> rusqlite::Result<()> {
    transaction.execute(
        "UPDATE office_user SET failures = ?2, locked_until = ?3 WHERE name = ?1",
        params![name, failures, locked_until],
    )?;
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
