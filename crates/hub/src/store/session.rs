//! Signed-in browsers.

use super::office_user::{role_of, village_of};
use super::sql::{self, Connection, OptionalExtension as _, Transaction, params};
use crate::rights::Role;
use payung_domain::region::VillageCode;

/// A signed-in browser, with what its person may do at this moment.
#[derive(Clone, Debug)]
pub struct Session {
    /// SHA-256 of the cookie.
    pub hash: String,
    /// Who.
    pub user_name: String,
    /// Stands in every form.
    pub csrf: String,
    /// Unix milliseconds of its last call, give or take five minutes.
    pub seen_at: i64,
    /// What they may do.
    pub role: Role,
    /// Of a village's head or operator.
    pub village: Option<VillageCode>,
    /// They must choose a password of their own before anything else.
    pub must_change: bool,
}

/// A session that begins.
pub struct NewSession<'a> {
    /// SHA-256 of the cookie.
    pub hash: String,
    /// Who.
    pub user_name: &'a str,
    /// Stands in every form.
    pub csrf: String,
    /// Unix milliseconds.
    pub expires_at: i64,
    /// Where from.
    pub caller: &'a str,
    /// The browser as a person would name it.
    pub browser: &'a str,
    /// The password was right, the code is still to come: good for nothing else.
    pub waits_for_code: bool,
}

/// A session as its owner and admins see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The first 16 digits of its hash.
    pub id: String,
    /// Unix milliseconds.
    pub made_at: i64,
    /// Unix milliseconds of its last call, give or take five minutes.
    pub seen_at: i64,
    /// Where from.
    pub caller: String,
    /// The browser as a person would name it.
    pub browser: String,
}

impl Session {
    /// As lists name it.
    pub fn id(&self) -> &str {
        self.hash.get(..16).unwrap_or_default()
    }
}

/// Adds a session and forgets those that have ended.
pub fn add(transaction: &Transaction, new: &NewSession, now: i64) -> sql::Result<()> {
    transaction.execute("DELETE FROM session WHERE expires_at < ?1", [now])?;
    let NewSession { hash, user_name, csrf, expires_at, caller, browser, waits_for_code } = new;
    transaction.execute(
        "INSERT INTO session (hash, user_name, csrf, made_at, expires_at, caller, browser, seen_at, waits_for_code)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?4, ?8)",
        params![hash, user_name, csrf, now, expires_at, caller, browser, waits_for_code],
    )?;
    Ok(())
}

/// The session of a cookie that has not ended, of a person who may sign in. One that still waits for its code is found
/// only by who asks for such.
pub fn get(connection: &Connection, hash: &str, waits_for_code: bool, now: i64) -> sql::Result<Option<Session>> {
    connection
        .prepare_cached(
            "SELECT hash, user_name, csrf, seen_at, role, village, must_change
             FROM session JOIN office_user ON name = user_name
             WHERE hash = ?1 AND expires_at >= ?2 AND waits_for_code = ?3 AND disabled_at IS NULL",
        )?
        .query_row(params![hash, now, waits_for_code], |row| {
            Ok(Session {
                hash: row.get(0)?,
                user_name: row.get(1)?,
                csrf: row.get(2)?,
                seen_at: row.get(3)?,
                role: role_of(&row.get::<_, String>(4)?)?,
                village: village_of(row.get(5)?)?,
                must_change: row.get(6)?,
            })
        })
        .optional()
}

/// Notes that a session was used.
pub fn seen(transaction: &Transaction, hash: &str, now: i64) -> sql::Result<()> {
    transaction.execute("UPDATE session SET seen_at = ?2 WHERE hash = ?1", params![hash, now])?;
    Ok(())
}

/// Somebody's sessions, the last used one first.
pub fn of(connection: &Connection, user_name: &str, now: i64) -> sql::Result<Vec<Listed>> {
    connection
        .prepare_cached(
            "SELECT substr(hash, 1, 16), made_at, seen_at, caller, browser FROM session
             WHERE user_name = ?1 AND expires_at >= ?2 AND waits_for_code = 0 ORDER BY seen_at DESC, hash",
        )?
        .query_map(params![user_name, now], |row| {
            Ok(Listed {
                id: row.get(0)?,
                made_at: row.get(1)?,
                seen_at: row.get(2)?,
                caller: row.get(3)?,
                browser: row.get(4)?,
            })
        })?
        .collect()
}

/// How many sessions each person has.
pub fn counts(connection: &Connection, now: i64) -> sql::Result<Vec<(String, u32)>> {
    connection
        .prepare_cached(
            "SELECT user_name, count(*) FROM session WHERE expires_at >= ?1 AND waits_for_code = 0 GROUP BY user_name",
        )?
        .query_map([now], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Ends a session.
pub fn end(transaction: &Transaction, hash: &str) -> sql::Result<()> {
    transaction.execute("DELETE FROM session WHERE hash = ?1", [hash])?;
    Ok(())
}

/// Ends one of somebody's sessions; tells whether there was such a one.
pub fn end_one(transaction: &Transaction, user_name: &str, id: &str) -> sql::Result<bool> {
    let ended = transaction
        .execute("DELETE FROM session WHERE user_name = ?1 AND substr(hash, 1, 16) = ?2", [user_name, id])?;
    Ok(ended > 0)
}

/// Ends all of somebody's sessions but this one; tells how many.
pub fn end_all(transaction: &Transaction, user_name: &str, but: &str) -> sql::Result<usize> {
    transaction.execute("DELETE FROM session WHERE user_name = ?1 AND hash <> ?2", [user_name, but])
}
