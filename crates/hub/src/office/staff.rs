//! Who is signed in, and whether they may: asked before a handler runs, and before anything is loaded or read.

use super::failure::Failure;
use crate::hub::Hub;
use crate::rights::{Act, Scope, scope_of};
use crate::sign_in;
use crate::store::session::Session;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// A signed-in person of the office who may do what the address is for.
#[derive(Clone)]
pub struct Staff {
    /// Their session.
    pub session: Session,
    /// Whose rows they may see or touch there.
    pub scope: Scope,
}

impl Staff {
    /// Whether a form with this token was drawn for this session.
    pub fn has_drawn(&self, token: &str) -> bool {
        is_same(token, &self.session.csrf)
    }

    /// As changes and the audit name them.
    pub fn actor(&self) -> String {
        format!("user:{}", self.session.user_name)
    }

    /// Whether they may do something else too; for links and buttons. The address itself is asked again.
    pub fn may(&self, act: Act) -> bool {
        scope_of(act, self.session.role, self.session.village).is_some()
    }
}

/// Compares two secrets; time tells nothing.
pub fn is_same(one: &str, other: &str) -> bool {
    bool::from(one.as_bytes().ct_eq(other.as_bytes()))
}

/// Lets a call through to its handler, with the person and their scope, if the table of rights says so.
pub async fn authorise(State((hub, act)): State<(Arc<Hub>, Act)>, mut request: Request, next: Next) -> Response {
    match staff_of(&hub, act, request.headers()).await {
        Ok(staff) => {
            request.extensions_mut().insert(staff);
            next.run(request).await
        }
        Err(failure) => failure.into_response(),
    }
}

async fn staff_of(hub: &Arc<Hub>, act: Act, headers: &HeaderMap) -> Result<Staff, Failure> {
    let session = session_of(hub, headers).await?.ok_or(Failure::NoSession)?;
    let scope = scope_of(act, session.role, session.village).ok_or(Failure::Forbidden)?;
    if session.must_change && act != Act::KeepAccount {
        return Err(Failure::MustChange);
    }
    Ok(Staff { session, scope })
}

/// The session of a browser, if it has one.
pub async fn session_of(hub: &Arc<Hub>, headers: &HeaderMap) -> Result<Option<Session>, Failure> {
    let Some(cookie) = cookie_in(hub, headers, SESSION) else { return Ok(None) };
    hub.run(move |hub| sign_in::session(hub, &cookie)).await.map_err(Failure::Hub)
}

impl FromRequestParts<Arc<Hub>> for Staff {
    type Rejection = Failure;
    /// A handler without [`authorise`] around it finds nobody, and is closed.
    async fn from_request_parts(parts: &mut Parts, _: &Arc<Hub>) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or(Failure::NoSession)
    }
}

/// The cookie of a session.
pub const SESSION: &str = "payung_session";
/// The cookie of a browser that stands before the sign-in.
pub const DOOR: &str = "payung_door";

/// `__Host-`: a browser takes it only over https, for this host and the whole of it, and no other host can set it.
fn cookie_name(hub: &Hub, name: &str) -> String {
    if is_https(hub) { format!("__Host-{name}") } else { name.to_owned() }
}

fn is_https(hub: &Hub) -> bool {
    hub.settings.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
}

/// The value of a cookie.
pub fn cookie_in(hub: &Hub, headers: &HeaderMap, name: &str) -> Option<String> {
    let name = cookie_name(hub, name);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(&name)?.strip_prefix('=').map(str::to_owned))
}

/// The header that gives a browser a cookie, or with an empty value takes it away.
pub fn set_cookie(hub: &Hub, name: &str, value: &str) -> String {
    let secure = if is_https(hub) { "; Secure" } else { "" };
    let age = if value.is_empty() { "; Max-Age=0" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}", cookie_name(hub, name))
}
