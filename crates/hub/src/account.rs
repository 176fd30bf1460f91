//! What a signed-in person does about their own password and second factor. Each asks for the password once more: a
//! browser that was left open must not be enough to lock its owner out.

use crate::error::HubError;
use crate::hub::Hub;
use crate::password::{self, Weak};
use crate::sign_in::{Caller, is_let_through};
use crate::store::audit;
use crate::store::office_user::{self, OfficeUser};
use crate::store::session::{self, Session};
use crate::store::sql::{self, SqlError};
use crate::totp::Secret;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The password is not this person's, or wrong ones are made to wait.
    #[error("the password is wrong, or too many were wrong before")]
    WrongPassword,
    /// The code is not of now.
    #[error("the code is wrong or was used")]
    WrongCode,
    /// The new password is the old one.
    #[error("the new password is the old one")]
    SamePassword,
    /// Nothing waits for a code.
    #[error("no second factor was begun")]
    NotBegun,
    /// The new password.
    #[error(transparent)]
    Weak(#[from] Weak),
    /// The hub failed.
    #[error(transparent)]
    Hub(#[from] HubError),
}

impl From<SqlError> for AccountError {
    fn from(error: SqlError) -> Self {
        Self::Hub(error.into())
    }
}

fn user_of(hub: &Hub, session: &Session) -> Result<OfficeUser, AccountError> {
    let read = |connection: &sql::Connection| Ok(office_user::get(connection, &session.user_name)?);
    Ok(hub.store.read::<_, HubError>(read)?.ok_or(HubError::Corrupt("the user of a session"))?)
}

fn confirm(hub: &Hub, user: &OfficeUser, caller: &Caller, password: &str) -> Result<(), AccountError> {
    let password: String = password.chars().take(password::LONGEST).collect();
    match is_let_through(hub, user, caller, || Ok(password::is_right(&password, &user.password_hash)))? {
        true => Ok(()),
        false => Err(AccountError::WrongPassword),
    }
}

/// Replaces the password and ends every other session of this person.
pub fn change_password(
    hub: &Hub,
    session: &Session,
    caller: &Caller,
    old: &str,
    new: &str,
) -> Result<(), AccountError> {
    let user = user_of(hub, session)?;
    confirm(hub, &user, caller, old)?;
    password::judge(new, &user.name)?;
    if old == new {
        return Err(AccountError::SamePassword);
    }
    let hash = password::hash(new, &hub.context.random::<16>()?)?;
    let now = hub.context.now().as_millisecond();
    let actor = format!("user:{}", user.name);
    hub.store.write(|transaction| {
        office_user::set_password(transaction, &user.name, &hash, false)?;
        session::end_all(transaction, &user.name, &session.hash)?;
        Ok(audit::add(transaction, now, &actor, "user.password", &actor)?)
    })
}

/// Makes a secret for an app. It counts once a code of it has been typed in; until then the old way stays.
pub fn begin_second_factor(
    hub: &Hub,
    session: &Session,
    caller: &Caller,
    password: &str,
) -> Result<Secret, AccountError> {
    let user = user_of(hub, session)?;
    confirm(hub, &user, caller, password)?;
    let nonce = hex::encode(hub.context.random::<16>()?);
    hub.store.write::<_, AccountError>(|transaction| {
        Ok(office_user::set_totp_pending(transaction, &user.name, Some(&nonce))?)
    })?;
    Ok(Secret::of(&hub.key, &user.name, &nonce))
}

/// Turns the second factor on with its first code, which is used up by that.
pub fn confirm_second_factor(hub: &Hub, session: &Session, code: &str) -> Result<(), AccountError> {
    let now = hub.context.now();
    let actor = format!("user:{}", session.user_name);
    hub.store.write(|transaction| {
        let user = office_user::get(transaction, &session.user_name)?;
        let nonce = user.and_then(|user| user.totp_pending).ok_or(AccountError::NotBegun)?;
        let secret = Secret::of(&hub.key, &session.user_name, &nonce);
        let step = secret.step_of(code, now.as_second(), 0)?.ok_or(AccountError::WrongCode)?;
        office_user::set_totp(transaction, &session.user_name, Some(&nonce))?;
        office_user::use_step(transaction, &session.user_name, step)?;
        let change = ("off", "on");
        Ok(audit::add_change(transaction, now.as_millisecond(), &actor, "user.totp", &actor, change)?)
    })
}

/// Turns the second factor off, or gives up one that was begun.
pub fn drop_second_factor(hub: &Hub, session: &Session, caller: &Caller, password: &str) -> Result<(), AccountError> {
    let user = user_of(hub, session)?;
    confirm(hub, &user, caller, password)?;
    let now = hub.context.now().as_millisecond();
    let actor = format!("user:{}", user.name);
    hub.store.write(|transaction| {
        office_user::set_totp(transaction, &user.name, None)?;
        match user.totp_nonce {
            Some(_) => Ok(audit::add_change(transaction, now, &actor, "user.totp", &actor, ("on", "off"))?),
            None => Ok(()),
        }
    })
}
