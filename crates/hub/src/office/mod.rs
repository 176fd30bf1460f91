//! The office's pages: sign in, see what waits, decide, pair phones. Indonesian, drawn here, no script needed.

mod account;
mod ask;
mod batch;
mod browser;
mod card;
mod changes;
mod chart;
mod done;
mod export;
mod exports;
mod failure;
mod fields;
mod home;
mod import;
mod irregularities;
mod irregularity;
mod judge;
mod lists;
mod membership;
mod page;
mod people;
mod person;
mod phones;
mod photos;
mod pictures;
mod programme;
mod queue;
mod quota;
mod record;
mod records;
mod refusal;
mod reports;
mod routes;
mod second_factor;
mod sign_in;
mod staff;
mod steps;
mod table;
mod trail;
mod upload;
mod visits;
mod warnings;
mod words;
mod worker_card;

use crate::hub::Hub;
use crate::routes::turns::{take_turns, turns};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use failure::Failure;
pub use routes::{Route, routes};
use staff::authorise;
use std::sync::Arc;
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;

/// Forms hold a few comments.
const MOST_FORM_BYTES: usize = 64 << 10;
const CALL_TIME: Duration = Duration::from_secs(30);
/// 40 MB over a line of 1 Mbit/s.
const UPLOAD_TIME: Duration = Duration::from_secs(400);
/// Each holds one piece of a file.
const UPLOADS_AT_ONCE: usize = 4;
/// A page holds a photo at most.
const PAGES_AT_ONCE: usize = 128;
/// Of callers that nobody knows yet; in turns of their own, so that they keep nobody from the pages.
const SIGN_INS_AT_ONCE: usize = 64;

/// The app's tokens first, then what only the office needs.
const STYLE: &str =
    concat!(include_str!("../../../../assets/css/tokens.css"), "\n", include_str!("../../assets/office.css"));
/// Keys, then a photo that is looked at closely, then what keeps a verifier's next page at hand.
const SCRIPT: &str = concat!(
    include_str!("../../assets/office.js"),
    "\n",
    include_str!("../../assets/photo.js"),
    "\n",
    include_str!("../../assets/verify.js")
);
/// Of the page for workers: a browser of 2012 reads it.
const CARD_STYLE: &str = include_str!("../../assets/kartu.css");
const ICON: &str = include_str!("../../../../assets/icons/payung.svg");

/// Every page of the office: the table's routes, each behind the question whether the caller may.
pub fn router(hub: &Arc<Hub>) -> Router<Arc<Hub>> {
    let (mut door, mut pages, mut uploads) = (Router::new(), Router::new(), Router::new());
    for Route { path, act, handler, is_upload, .. } in routes() {
        // What anybody may fetch costs nothing; what anybody may try waits in turns of its own.
        match act.is_open() && (path.starts_with("/masuk") || path == "/kartu") {
            true => door = door.route(path, handler),
            false if act.is_open() => pages = pages.route(path, handler),
            false if is_upload => {
                let handler = handler.route_layer(from_fn_with_state((Arc::clone(hub), act), authorise));
                uploads = uploads.route(path, handler);
            }
            false => {
                pages = pages.route(path, handler.route_layer(from_fn_with_state((Arc::clone(hub), act), authorise)))
            }
        }
    }
    let door = door
        .method_not_allowed_fallback(|| async { Failure::NotThisWay })
        .layer(from_fn_with_state(turns(SIGN_INS_AT_ONCE), take_turns));
    let pages = pages
        .fallback(|| async { Failure::NotFound })
        .method_not_allowed_fallback(|| async { Failure::NotThisWay })
        .layer(from_fn_with_state(turns(PAGES_AT_ONCE), take_turns));
    let uploads = uploads
        .layer(from_fn_with_state(turns(UPLOADS_AT_ONCE), take_turns))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, UPLOAD_TIME));
    let quick = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, CALL_TIME);
    door.merge(pages).layer(DefaultBodyLimit::max(MOST_FORM_BYTES)).layer(quick).merge(uploads).layer(from_fn(protect))
}

async fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=300")], text).into_response()
}

/// A form of another site is turned away, and every page says what a browser may do with it.
async fn protect(request: Request, next: Next) -> Response {
    let site = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let is_foreign = site.is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let mut response = match *request.method() == Method::POST && is_foreign {
        true => Failure::Csrf.into_response(),
        false => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // Names and NIKs do not stay in a shared computer's cache.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
