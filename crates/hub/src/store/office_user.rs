//! People of the office: their roles, passwords and second factors.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Row, SqlError, Transaction, params};
use crate::rights::Role;
use payung_domain::region::VillageCode;

/// A person who may sign in.
#[derive(Clone, Debug)]
pub struct OfficeUser {
    /// What is typed at the sign-in.
    pub name: String,
    /// argon2id, PHC string.
    pub password_hash: String,
    /// What they may do.
    pub role: Role,
    /// Of a village's head or operator, and of nobody else.
    pub village: Option<VillageCode>,
    /// Unix milliseconds.
    pub added_at: i64,
    /// May not sign in.
    pub is_disabled: bool,
    /// The password came from somebody else, who still knows it.
    pub must_change: bool,
    /// Of the second factor's secret; nothing where there is no second factor.
    pub totp_nonce: Option<String>,
    /// Of a secret that no code has confirmed yet.
    pub totp_pending: Option<String>,
    /// The time step of the last code: it and older ones are used up.
    pub totp_step: i64,
}

const COLUMNS: &str = "name, password_hash, role, village, added_at, disabled_at IS NOT NULL, must_change, totp_nonce, \
    totp_pending, totp_step";

fn row(row: &Row) -> sql::Result<OfficeUser> {
    Ok(OfficeUser {
        name: row.get(0)?,
        password_hash: row.get(1)?,
        role: role_of(&row.get::<_, String>(2)?)?,
        village: village_of(row.get(3)?)?,
        added_at: row.get(4)?,
        is_disabled: row.get(5)?,
        must_change: row.get(6)?,
        totp_nonce: row.get(7)?,
        totp_pending: row.get(8)?,
        totp_step: row.get(9)?,
    })
}

pub(super) fn role_of(key: &str) -> sql::Result<Role> {
    Role::from_key(key).ok_or(SqlError::Unreadable)
}

pub(super) fn village_of(code: Option<String>) -> sql::Result<Option<VillageCode>> {
    code.map(|code| parsed(&code)).transpose()
}

/// Adds a person.
pub fn add(
    transaction: &Transaction,
    name: &str,
    password_hash: &str,
    (role, village): (Role, Option<VillageCode>),
    now: i64,
) -> sql::Result<()> {
    transaction.execute(
        "INSERT INTO office_user (name, password_hash, role, village, added_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![name, password_hash, role.key(), village.map(|code| code.to_string()), now],
    )?;
    Ok(())
}

/// One person.
pub fn get(connection: &Connection, name: &str) -> sql::Result<Option<OfficeUser>> {
    connection.query_row(&format!("SELECT {COLUMNS} FROM office_user WHERE name = ?1"), [name], row).optional()
}

/// Everybody, by name.
pub fn list(connection: &Connection) -> sql::Result<Vec<OfficeUser>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM office_user ORDER BY disabled_at IS NOT NULL, name"))?
        .query_map([], row)?
        .collect()
}

/// Whether anybody can sign in at all.
pub fn is_empty(connection: &Connection) -> sql::Result<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM office_user)", [], |row| row.get(0))
}

/// Whether there is an admin besides this person who may sign in.
pub fn has_other_admin(connection: &Connection, name: &str) -> sql::Result<bool> {
    connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM office_user WHERE role = 'admin' AND disabled_at IS NULL AND name <> ?1)",
        [name],
        |row| row.get(0),
    )
}

/// Gives another password. Wrong tries so far count no more.
pub fn set_password(transaction: &Transaction, name: &str, hash: &str, must_change: bool) -> sql::Result<()> {
    transaction.execute(
        "UPDATE office_user SET password_hash = ?2, must_change = ?3, failures = 0, locked_until = 0 WHERE name = ?1",
        params![name, hash, must_change],
    )?;
    transaction.execute("DELETE FROM sign_in_failure WHERE user_name = ?1", [name])?;
    Ok(())
}

/// Gives another role, with the village that it is for.
pub fn set_role(transaction: &Transaction, name: &str, role: Role, village: Option<VillageCode>) -> sql::Result<()> {
    transaction.execute(
        "UPDATE office_user SET role = ?2, village = ?3 WHERE name = ?1",
        params![name, role.key(), village.map(|code| code.to_string())],
    )?;
    Ok(())
}

/// Shuts somebody out, or with nothing lets them in again.
pub fn set_disabled(transaction: &Transaction, name: &str, at: Option<i64>) -> sql::Result<()> {
    transaction.execute("UPDATE office_user SET disabled_at = ?2 WHERE name = ?1", params![name, at])?;
    Ok(())
}

/// Notes a secret that waits for its first code.
pub fn set_totp_pending(transaction: &Transaction, name: &str, nonce: Option<&str>) -> sql::Result<()> {
    transaction.execute("UPDATE office_user SET totp_pending = ?2 WHERE name = ?1", params![name, nonce])?;
    Ok(())
}

/// Turns the second factor on, or with nothing off.
pub fn set_totp(transaction: &Transaction, name: &str, nonce: Option<&str>) -> sql::Result<()> {
    transaction.execute(
        "UPDATE office_user SET totp_nonce = ?2, totp_pending = NULL, totp_step = 0 WHERE name = ?1",
        params![name, nonce],
    )?;
    Ok(())
}

/// Uses a code up; tells whether nobody has used it, or a later one, before.
pub fn use_step(transaction: &Transaction, name: &str, step: i64) -> sql::Result<bool> {
    let used = transaction
        .execute("UPDATE office_user SET totp_step = ?2 WHERE name = ?1 AND totp_step < ?2", params![name, step])?;
    Ok(used == 1)
}
