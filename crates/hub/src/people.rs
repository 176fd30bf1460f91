//! Who works at the office: added, given a role, shut out, helped after a lost password or phone. Every change is written
//! down in the transaction that makes it.

use crate::error::HubError;
use crate::hub::Hub;
use crate::password::{self, Weak};
use crate::rights::Role;
use crate::store::office_user::{self, OfficeUser};
use crate::store::sql::{SqlError, Transaction};
use crate::store::{audit, session, village};
use payung_domain::region::VillageCode;

/// Why somebody can't be added or changed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// Nobody has this name.
    #[error("nobody has this name; payung-hub admin list shows who is there")]
    NotFound,
    /// Not a name to sign in with.
    #[error("a name has 2 to 40 letters, digits, dots or hyphens")]
    Name,
    /// Somebody has this name.
    #[error("somebody has this name already")]
    Taken,
    /// A village's head without a village that is served here, or a village for somebody who sees them all.
    #[error("the role village needs --village with a village that this hub serves; other roles have none")]
    Village,
    /// Nobody could let anybody in again.
    #[error("this is the last admin: make another one first")]
    LastAdmin,
    /// The password.
    #[error(transparent)]
    Weak(#[from] Weak),
    /// The hub failed.
    #[error(transparent)]
    Hub(#[from] HubError),
}

impl From<SqlError> for PeopleError {
    fn from(error: SqlError) -> Self {
        Self::Hub(error.into())
    }
}

/// A role and, for [`Role::Village`], which village.
pub type Place = (Role, Option<VillageCode>);

/// Adds somebody with a password of their own choice, or gives them a new one and ends their sessions. Without a place a
/// new person is an admin, and a known one stays what they are.
pub fn put(hub: &Hub, actor: &str, name: &str, password: &str, place: Option<Place>) -> Result<(), PeopleError> {
    check_name(name)?;
    password::judge(password, name)?;
    let hash = password::hash(password, &hub.context.random::<16>()?)?;
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        if office_user::get(transaction, name)?.is_none() {
            return insert(transaction, (actor, now), name, &hash, place.unwrap_or((Role::Admin, None)));
        }
        replace_password(transaction, (actor, now), name, &hash, false)?;
        match place {
            Some(place) => change_role(transaction, (actor, now), name, place),
            None => Ok(()),
        }
    })
}

/// Adds somebody, and tells the password that they replace at their first sign-in. It is kept nowhere.
pub fn invite(hub: &Hub, actor: &str, name: &str, place: Place) -> Result<String, PeopleError> {
    check_name(name)?;
    let password = password::invented(&hub.context)?;
    let hash = password::hash(&password, &hub.context.random::<16>()?)?;
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        if office_user::get(transaction, name)?.is_some() {
            return Err(PeopleError::Taken);
        }
        insert(transaction, (actor, now), name, &hash, place)?;
        Ok(office_user::set_password(transaction, name, &hash, true)?)
    })?;
    Ok(password)
}

/// Gives somebody another role or village. It counts from their next click.
pub fn set_role(hub: &Hub, actor: &str, name: &str, place: Place) -> Result<(), PeopleError> {
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| change_role(transaction, (actor, now), name, place))
}

/// Shuts somebody out and ends their sessions, or lets them in again.
pub fn set_disabled(hub: &Hub, actor: &str, name: &str, is_disabled: bool) -> Result<(), PeopleError> {
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        let user = get(transaction, name)?;
        if user.is_disabled == is_disabled {
            return Ok(());
        }
        if is_disabled {
            keep_an_admin(transaction, &user)?;
            session::end_all(transaction, name, "")?;
        }
        office_user::set_disabled(transaction, name, is_disabled.then_some(now))?;
        let words = |is_disabled| if is_disabled { "shut out" } else { "may sign in" };
        let change = (words(!is_disabled), words(is_disabled));
        let act = if is_disabled { "user.disable" } else { "user.enable" };
        Ok(audit::add_change(transaction, now, actor, act, &subject(name), change)?)
    })
}

/// Gives somebody a password that they replace at their next sign-in, tells it, and ends their sessions.
pub fn reset_password(hub: &Hub, actor: &str, name: &str) -> Result<String, PeopleError> {
    let password = password::invented(&hub.context)?;
    let hash = password::hash(&password, &hub.context.random::<16>()?)?;
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        get(transaction, name)?;
        replace_password(transaction, (actor, now), name, &hash, true)
    })?;
    Ok(password)
}

/// Turns somebody's second factor off: their phone is lost.
pub fn drop_second_factor(hub: &Hub, actor: &str, name: &str) -> Result<(), PeopleError> {
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        if get(transaction, name)?.totp_nonce.is_none() {
            return Ok(());
        }
        office_user::set_totp(transaction, name, None)?;
        Ok(audit::add_change(transaction, now, actor, "user.totp", &subject(name), ("on", "off"))?)
    })
}

/// Ends one of somebody's sessions.
pub fn end_session(hub: &Hub, actor: &str, name: &str, id: &str) -> Result<(), PeopleError> {
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        if !session::end_one(transaction, name, id)? {
            return Err(PeopleError::NotFound);
        }
        Ok(audit::add(transaction, now, actor, "session.end", &subject(name))?)
    })
}

/// Ends all of somebody's sessions, but the one with this hash; tells how many.
pub fn end_sessions(hub: &Hub, actor: &str, name: &str, but: &str) -> Result<usize, PeopleError> {
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        get(transaction, name)?;
        let ended = session::end_all(transaction, name, but)?;
        if ended > 0 {
            audit::add(transaction, now, actor, "session.end", &subject(name))?;
        }
        Ok(ended)
    })
}

fn check_name(name: &str) -> Result<(), PeopleError> {
    let is_name = (2..=40).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    if is_name { Ok(()) } else { Err(PeopleError::Name) }
}

fn subject(name: &str) -> String {
    format!("user:{name}")
}

fn get(transaction: &Transaction, name: &str) -> Result<OfficeUser, PeopleError> {
    office_user::get(transaction, name)?.ok_or(PeopleError::NotFound)
}

fn insert(
    transaction: &Transaction,
    (actor, now): (&str, i64),
    name: &str,
    hash: &str,
    place: Place,
) -> Result<(), PeopleError> {
    check_place(transaction, place)?;
    office_user::add(transaction, name, hash, place, now)?;
    Ok(audit::add_change(transaction, now, actor, "user.add", &subject(name), ("", &named(place)))?)
}

fn change_role(
    transaction: &Transaction,
    (actor, now): (&str, i64),
    name: &str,
    place: Place,
) -> Result<(), PeopleError> {
    let user = get(transaction, name)?;
    let before = (user.role, user.village);
    if before == place {
        return Ok(());
    }
    check_place(transaction, place)?;
    if place.0 != Role::Admin {
        keep_an_admin(transaction, &user)?;
    }
    office_user::set_role(transaction, name, place.0, place.1)?;
    let change = (named(before), named(place));
    Ok(audit::add_change(transaction, now, actor, "user.role", &subject(name), (&change.0, &change.1))?)
}

fn replace_password(
    transaction: &Transaction,
    (actor, now): (&str, i64),
    name: &str,
    hash: &str,
    must_change: bool,
) -> Result<(), PeopleError> {
    office_user::set_password(transaction, name, hash, must_change)?;
    // Whoever knew the old password may be signed in somewhere.
    session::end_all(transaction, name, "")?;
    Ok(audit::add(transaction, now, actor, "user.password", &subject(name))?)
}

fn check_place(transaction: &Transaction, (role, village): Place) -> Result<(), PeopleError> {
    let is_right = match village {
        Some(code) => role == Role::Village && village::get(transaction, code)?.is_some(),
        None => role != Role::Village,
    };
    if is_right { Ok(()) } else { Err(PeopleError::Village) }
}

fn keep_an_admin(transaction: &Transaction, user: &OfficeUser) -> Result<(), PeopleError> {
    let counts = user.role == Role::Admin && !user.is_disabled;
    if counts && !office_user::has_other_admin(transaction, &user.name)? {
        return Err(PeopleError::LastAdmin);
    }
    Ok(())
}

/// `village 35.22.28.2004`
fn named((role, village): Place) -> String {
    match village {
        Some(code) => format!("{} {code}", role.key()),
        None => role.key().to_owned(),
    }
}
