//! Signing in: a password, for some a code after it, and the session that follows. Wrong tries are made to wait.

use crate::context::hash_of;
use crate::error::HubError;
use crate::hub::Hub;
use crate::password;
use crate::store::office_user::{self, OfficeUser};
use crate::store::session::{self, NewSession, Session};
use crate::store::sql::{self, Transaction};
use crate::store::{audit, lock_out};
use crate::totp::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A working day; after that the office signs in again.
const SESSION_HOURS: i64 = 10;
/// To look at a phone and type six digits.
const CODE_MINUTES: i64 = 5;
/// A session's last use is written down no more often than this.
const SEEN_MINUTES: i64 = 5;
/// Wrong passwords in a row from one address before its waits begin.
const FREE_FAILURES: u32 = 3;
/// The same from everywhere: many addresses together don't guess on, and one of them alone locks nobody out.
const FREE_FAILURES_OF_NAME: u32 = 100;
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 15 * 60;
/// Tries of one address, whatever the names: so many at once, then one every so many seconds.
pub const TRIES: u32 = 20;
/// See [`TRIES`].
pub const SECONDS_EACH: f64 = 6.0;

/// Who tries.
#[derive(Clone, Debug)]
pub struct Caller {
    /// An IPv4 address, or of IPv6 the /64.
    pub address: String,
    /// The browser as a person would name it.
    pub browser: String,
}

/// What came of a try.
pub enum SignIn {
    /// The cookie's value.
    Welcome(String),
    /// The password was right, and a code must follow: the cookie of a session that is good for nothing else.
    Code(String),
    /// Name, password or code is wrong, or too many were wrong before: the caller does not learn which.
    Refused,
    /// No password came before this code, or too long ago.
    TooLate,
}

/// Takes a try from an address's bucket, or tells in how many seconds there is one.
pub fn take_try(hub: &Hub, address: &str) -> Result<Result<(), u64>, HubError> {
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        let tries = tries_at(transaction, address, now)?;
        if tries < 1.0 {
            return Ok(Err(((1.0 - tries) * SECONDS_EACH).ceil() as u64));
        }
        set_tries(transaction, address, tries - 1.0, now)?;
        Ok(Ok(()))
    })
}

fn give_back(transaction: &Transaction, address: &str, now: i64) -> sql::Result<()> {
    let tries = tries_at(transaction, address, now)?;
    set_tries(transaction, address, (tries + 1.0).min(f64::from(TRIES)), now)
}

fn tries_at(transaction: &Transaction, address: &str, now: i64) -> sql::Result<f64> {
    let full = f64::from(TRIES);
    let left = lock_out::tries_left(transaction, address)?;
    Ok(left.map_or(full, |(tries, at)| (tries + (now - at).max(0) as f64 / 1000.0 / SECONDS_EACH).min(full)))
}

fn set_tries(transaction: &Transaction, address: &str, tries: f64, now: i64) -> sql::Result<()> {
    let full_before = now - (f64::from(TRIES) * SECONDS_EACH * 1000.0) as i64;
    lock_out::set_tries(transaction, address, tries, now, full_before)
}

/// Tries a name and a password. Every refusal takes one hash and one write: time must not tell which names exist or
/// wait.
pub fn sign_in(hub: &Hub, name: &str, caller: &Caller, password: &str) -> Result<SignIn, HubError> {
    let password: String = password.chars().take(password::LONGEST).collect();
    let user = hub.store.read::<_, HubError>(|connection| Ok(office_user::get(connection, name)?))?;
    let Some(user) = user.filter(|user| !user.is_disabled) else {
        password::hash(&password, &[0; 16])?;
        // Never what was typed: people type passwords there.
        refuse(hub, "user:?", |_| Ok(()))?;
        return Ok(SignIn::Refused);
    };
    if !is_let_through(hub, &user, caller, || Ok(password::is_right(&password, &user.password_hash)))? {
        return Ok(SignIn::Refused);
    }
    let waits_for_code = user.totp_nonce.is_some();
    let cookie = begin(hub, &user.name, caller, waits_for_code, |_| Ok(true))?;
    Ok(match cookie {
        Some(cookie) if waits_for_code => SignIn::Code(cookie),
        Some(cookie) => SignIn::Welcome(cookie),
        None => SignIn::Refused,
    })
}

/// Tries the code after a right password.
pub fn enter_code(hub: &Hub, waiting: &Session, caller: &Caller, code: &str) -> Result<SignIn, HubError> {
    let read = |connection: &sql::Connection| Ok(office_user::get(connection, &waiting.user_name)?);
    let Some(user) = hub.store.read::<_, HubError>(read)? else { return Ok(SignIn::TooLate) };
    let Some(nonce) = &user.totp_nonce else { return Ok(SignIn::TooLate) };
    let seconds = hub.context.now().as_second();
    let step = Secret::of(&hub.key, &user.name, nonce).step_of(code, seconds, user.totp_step)?;
    if !is_let_through(hub, &user, caller, || Ok(step.is_some()))? {
        return Ok(SignIn::Refused);
    }
    // Used up in the transaction that begins the session: of two calls with one code, one is too late.
    let cookie = begin(hub, &user.name, caller, false, |transaction| {
        let is_first = office_user::use_step(transaction, &user.name, step.unwrap_or_default())?;
        if is_first {
            session::end(transaction, &waiting.hash)?;
        }
        Ok(is_first)
    })?;
    Ok(cookie.map_or(SignIn::Refused, SignIn::Welcome))
}

/// Whether a try is right and its name does not wait. A wrong one is counted and written down.
pub(crate) fn is_let_through(
    hub: &Hub,
    user: &OfficeUser,
    caller: &Caller,
    is_right: impl FnOnce() -> Result<bool, HubError>,
) -> Result<bool, HubError> {
    let now = hub.context.now().as_millisecond();
    let locked =
        |connection: &sql::Connection| Ok(lock_out::locked_until(connection, &user.name, &caller.address)? > now);
    let is_locked = hub.store.read::<_, HubError>(locked)?;
    let is_right = is_right()?;
    if is_right && !is_locked {
        return Ok(true);
    }
    refuse(hub, &format!("user:{}", user.name), |transaction| match is_locked {
        true => Ok(()),
        false => note_failure(transaction, &user.name, &caller.address, now),
    })?;
    Ok(false)
}

/// Begins a session and tells its cookie; none where `first` says no.
fn begin(
    hub: &Hub,
    name: &str,
    caller: &Caller,
    waits_for_code: bool,
    first: impl FnOnce(&Transaction) -> sql::Result<bool>,
) -> Result<Option<String>, HubError> {
    let now = hub.context.now().as_millisecond();
    let cookie = URL_SAFE_NO_PAD.encode(hub.context.random::<32>()?);
    let new = NewSession {
        hash: hash_of(&cookie),
        user_name: name,
        csrf: URL_SAFE_NO_PAD.encode(hub.context.random::<18>()?),
        expires_at: now + if waits_for_code { CODE_MINUTES * 60_000 } else { SESSION_HOURS * 3_600_000 },
        caller: &caller.address,
        browser: &caller.browser,
        waits_for_code,
    };
    let actor = format!("user:{name}");
    hub.store.write(|transaction| {
        if !first(transaction)? {
            return Ok(None);
        }
        give_back(transaction, &caller.address, now)?;
        session::add(transaction, &new, now)?;
        // A right password alone forgives no wrong codes.
        if !waits_for_code {
            lock_out::forget(transaction, name, &caller.address)?;
            audit::add(transaction, now, &actor, "session.begin", &actor)?;
        }
        Ok(Some(cookie))
    })
}

fn refuse(hub: &Hub, actor: &str, note: impl FnOnce(&Transaction) -> sql::Result<()>) -> Result<(), HubError> {
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        note(transaction)?;
        Ok(audit::add(transaction, now, actor, "session.refuse", actor)?)
    })
}

fn note_failure(transaction: &Transaction, name: &str, caller: &str, now: i64) -> sql::Result<()> {
    let (here, everywhere) = lock_out::add_failure(transaction, name, caller, now)?;
    let until = |failures, free| now + wait_after(failures, free) * 1000;
    lock_out::lock_caller(transaction, name, caller, until(here, FREE_FAILURES))?;
    lock_out::lock_name(transaction, name, until(everywhere, FREE_FAILURES_OF_NAME))
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
    let found = find(hub, cookie, false)?;
    if let Some(session) = found.as_ref().filter(|session| now - session.seen_at > SEEN_MINUTES * 60_000) {
        hub.store.write::<_, HubError>(|transaction| Ok(session::seen(transaction, &session.hash, now)?))?;
    }
    Ok(found)
}

/// The session of a cookie that waits for its code.
pub fn waiting(hub: &Hub, cookie: &str) -> Result<Option<Session>, HubError> {
    find(hub, cookie, true)
}

fn find(hub: &Hub, cookie: &str, waits_for_code: bool) -> Result<Option<Session>, HubError> {
    let now = hub.context.now().as_millisecond();
    hub.store.read(|connection| Ok(session::get(connection, &hash_of(cookie), waits_for_code, now)?))
}

/// Ends a session.
pub fn sign_out(hub: &Hub, session: &Session) -> Result<(), HubError> {
    let now = hub.context.now().as_millisecond();
    let actor = format!("user:{}", session.user_name);
    hub.store.write(|transaction| {
        session::end(transaction, &session.hash)?;
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
