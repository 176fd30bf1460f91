//! Passwords of the office and sessions of its browsers.

use crate::context::hash_of;
use crate::error::HubError;
use crate::hub::Hub;
use crate::store::audit;
use crate::store::office_user::{self, Session};
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Argon2, Params};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::Transaction;

/// A working day; after that the office signs in again.
const SESSION_HOURS: i64 = 10;
/// Wrong passwords in a row from one address before its waits begin.
const FREE_FAILURES: u32 = 3;
/// The same from everywhere: many addresses together don't guess on, and one of them alone locks nobody out.
const FREE_FAILURES_OF_NAME: u32 = 100;
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 15 * 60;
/// Characters of the shortest password.
pub const SHORTEST_PASSWORD: usize = 10;
/// A longer one would only cost time.
const LONGEST_PASSWORD: usize = 200;

/// What came of a try.
pub enum SignIn {
    /// The cookie's value.
    Welcome(String),
    /// Name or password is wrong, or too many were wrong before: the caller does not learn which.
    Refused,
}

/// Why somebody can't be added.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")]
    Length,
    /// Not a name to sign in with.
    #[error("a name has 2 to 40 letters, digits, dots or hyphens")]
    Name,
    /// The hub failed.
    #[error(transparent)]
    Hub(#[from] HubError),
}

/// Adds somebody to the office, or gives them a new password and ends their sessions.
pub fn put_user(hub: &Hub, name: &str, password: &str) -> Result<(), PasswordError> {
    let is_name = (2..=40).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    if !is_name {
        return Err(PasswordError::Name);
    }
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    let hash = hash_password(password, &hub.context.random::<16>()?)?;
    let now = hub.context.now().as_millisecond();
    hub.store.write::<_, HubError>(|transaction| {
        office_user::put(transaction, name, &hash, now)?;
        Ok(audit::add(transaction, now, "command", "user.put", &format!("user:{name}"))?)
    })?;
    Ok(())
}

/// 19 MiB and two passes: OWASP's first choice, and the crate's default, of argon2id.
fn hash_password(password: &str, salt: &[u8]) -> Result<String, HubError> {
    let failed = |_| HubError::Corrupt("a password hash");
    let salt = SaltString::encode_b64(salt).map_err(failed)?;
    let argon2 = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, Params::DEFAULT);
    Ok(argon2.hash_password(password.as_bytes(), &salt).map_err(failed)?.to_string())
}

fn is_password(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Tries a name and a password. Every refusal takes one hash and one write: time must not tell which names exist or
/// wait.
pub fn sign_in(hub: &Hub, name: &str, caller: &str, password: &str) -> Result<SignIn, HubError> {
    let now = hub.context.now().as_millisecond();
    let password: String = password.chars().take(LONGEST_PASSWORD).collect();
    let user = hub.store.read::<_, HubError>(|connection| {
        let Some(user) = office_user::get(connection, name)? else { return Ok(None) };
        let is_locked = office_user::locked_until(connection, name, caller)? > now;
        Ok(Some((user, is_locked)))
    })?;
    let Some((user, is_locked)) = user else {
        hash_password(&password, &[0; 16])?;
        // Never what was typed: people type passwords there.
        refuse(hub, "user:?", |_| Ok(()))?;
        return Ok(SignIn::Refused);
    };
    let actor = format!("user:{}", user.name);
    let is_right = is_password(&password, &user.password_hash);
    if is_locked || !is_right {
        refuse(hub, &actor, |transaction| match is_locked {
            true => Ok(()),
            false => note_failure(transaction, &user.name, caller, now),
        })?;
        return Ok(SignIn::Refused);
    }
    let cookie = URL_SAFE_NO_PAD.encode(hub.context.random::<32>()?);
    let session = Session {
        hash: hash_of(&cookie),
        user_name: user.name,
        csrf: URL_SAFE_NO_PAD.encode(hub.context.random::<18>()?),
        expires_at: now + SESSION_HOURS * 3_600_000,
    };
    hub.store.write::<_, HubError>(|transaction| {
        office_user::forget_failures(transaction, &session.user_name, caller)?;
        office_user::add_session(transaction, &session, now)?;
        Ok(audit::add(transaction, now, &actor, "session.begin", &actor)?)
    })?;
    Ok(SignIn::Welcome(cookie))
}

fn refuse(hub: &Hub, actor: &str, note: impl FnOnce(&Transaction) -> rusqlite::Result<()>) -> Result<(), HubError> {
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        note(transaction)?;
        Ok(audit::add(transaction, now, actor, "session.refuse", actor)?)
    })
}

fn note_failure(transaction: &Transaction, name: &str, caller: &str, now: i64) -> rusqlite::Result<()> {
    let (here, everywhere) = office_user::add_failure(transaction, name, caller, now)?;
    let until = |failures, free| now + wait_after(failures, free) * 1000;
    office_user::lock_caller(transaction, name, caller, until(here, FREE_FAILURES))?;
    office_user::lock_name(transaction, name, until(everywhere, FREE_FAILURES_OF_NAME))
}

/// Seconds to wait after so many wrong passwords in a row: none, then 2, 4, 8 … up to a quarter of an hour.
fn wait_after(failures: u32, free: u32) -> i64 {
    match failures.checked_sub(free) {
        None => 0,
        Some(more) => (1_i64 << (more + 1).min(20)).min(LONGEST_WAIT),
    }
}

/// The session of a cookie.
pub fn session(hub: &Hub, cookie: &str) -> Result<Option<Session>, HubError> {
    let now = hub.context.now().as_millisecond();
    hub.store.read(|connection| Ok(office_user::session(connection, &hash_of(cookie), now)?))
}

/// Ends a session.
pub fn sign_out(hub: &Hub, session: &Session) -> Result<(), HubError> {
    let now = hub.context.now().as_millisecond();
    let actor = format!("user:{}", session.user_name);
    hub.store.write(|transaction| {
        office_user::end_session(transaction, &session.hash)?;
        Ok(audit::add(transaction, now, &actor, "session.end", &actor)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<i64> =
            [1, 2, 3, 4, 5, 12, u32::MAX].into_iter().map(|failures| wait_after(failures, FREE_FAILURES)).collect();
        assert_eq!(waits, [0, 0, 2, 4, 8, 900, 900]);
        let of_name = [99, 100, u32::MAX].map(|failures| wait_after(failures, FREE_FAILURES_OF_NAME));
        assert_eq!(of_name, [0, 2, 900]);
    }
}
