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

/// A working day; after that the office signs in again.
const SESSION_HOURS: i64 = 10;
/// Wrong passwords in a row before the waits begin.
const FREE_FAILURES: u32 = 3;
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

/// Tries a name and a password.
pub fn sign_in(hub: &Hub, name: &str, password: &str) -> Result<SignIn, HubError> {
    let now = hub.context.now().as_millisecond();
    let user = hub.store.read::<_, HubError>(|connection| Ok(office_user::get(connection, name)?))?;
    let Some(user) = user.filter(|user| user.locked_until <= now) else {
        // As slow as a wrong password: time must not tell which names exist or wait.
        hash_password(&password.chars().take(LONGEST_PASSWORD).collect::<String>(), &[0; 16])?;
        return Ok(SignIn::Refused);
    };
    let actor = format!("user:{name}");
    if password.chars().count() > LONGEST_PASSWORD || !is_password(password, &user.password_hash) {
        let failures = user.failures.saturating_add(1);
        let locked_until = now + wait_after(failures) * 1000;
        hub.store.write::<_, HubError>(|transaction| {
            office_user::set_failures(transaction, name, failures, locked_until)?;
            Ok(audit::add(transaction, now, &actor, "session.refuse", &actor)?)
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
        office_user::set_failures(transaction, name, 0, 0)?;
        office_user::add_session(transaction, &session, now)?;
        Ok(audit::add(transaction, now, &actor, "session.begin", &actor)?)
    })?;
    Ok(SignIn::Welcome(cookie))
}

/// Seconds to wait after so many wrong passwords in a row: none, then 2, 4, 8 … up to a quarter of an hour.
fn wait_after(failures: u32) -> i64 {
    match failures.checked_sub(FREE_FAILURES) {
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
        let waits: Vec<i64> = [1, 2, 3, 4, 5, 12, u32::MAX].into_iter().map(wait_after).collect();
        assert_eq!(waits, [0, 0, 2, 4, 8, 900, 900]);
    }
}
