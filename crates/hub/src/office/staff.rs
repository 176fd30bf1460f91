//! Who is signed in, and whether a form is theirs.

use super::failure::Failure;
use crate::hub::Hub;
use crate::sign_in;
use crate::store::office_user::Session;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use std::collections::BTreeMap;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// The cookie's name.
const COOKIE: &str = "payung_session";

/// A signed-in person of the office.
pub struct Staff(pub Session);

/// The fields of a posted form.
pub type Fields = BTreeMap<String, String>;

impl Staff {
    /// Refuses a form that this session did not draw.
    pub fn check(&self, form: &Fields) -> Result<(), Failure> {
        let token = form.get("csrf").map_or("", String::as_str);
        match bool::from(token.as_bytes().ct_eq(self.0.csrf.as_bytes())) {
            true => Ok(()),
            false => Err(Failure::Csrf),
        }
    }

    /// As changes and the audit name them.
    pub fn actor(&self) -> String {
        format!("user:{}", self.0.user_name)
    }
}

async fn session_of(parts: &Parts, hub: &Arc<Hub>) -> Result<Option<Session>, Failure> {
    let Some(cookie) = cookie_in(&parts.headers) else { return Ok(None) };
    hub.run(move |hub| sign_in::session(hub, &cookie)).await.map_err(Failure::Hub)
}

impl FromRequestParts<Arc<Hub>> for Staff {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, Failure> {
        session_of(parts, hub).await?.map(Self).ok_or(Failure::NoSession)
    }
}

impl OptionalFromRequestParts<Arc<Hub>> for Staff {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Option<Self>, Failure> {
        Ok(session_of(parts, hub).await?.map(Self))
    }
}

fn cookie_in(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('=').map(str::to_owned))
}

/// The header that gives a browser its session, or with an empty value takes it away.
pub fn set_cookie(hub: &Hub, value: &str) -> String {
    let is_https = hub.settings.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    let secure = if is_https { "; Secure" } else { "" };
    let age = if value.is_empty() { "; Max-Age=0" } else { "" };
    format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}")
}
