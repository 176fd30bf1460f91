//! Every address that is served, and what lies around it: limits, time-outs, compression, counts.

pub mod call;
mod candidates;
mod card;
mod ended;
mod enrolled;
mod health;
mod irregularities;
mod pair;
mod parcels;
mod photos;
mod sync;
pub mod turns;

use crate::error::ApiError;
use crate::files::WORKBOOK;
use crate::hub::Hub;
use crate::office;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use payung_domain::irregularity::MOST_SEALED_BYTES;
use payung_domain::parcel::MOST_PARCEL_BYTES;
use payung_domain::wire::{MOST_CANDIDATES_BYTES, MOST_SYNC_BYTES};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::timeout::TimeoutLayer;
use turns::{take_turns, turns};

/// A pairing request has a few hundred bytes.
const MOST_PAIR_BYTES: usize = 8 << 10;
/// Most time for one call that fits in memory.
const CALL_TIME: Duration = Duration::from_secs(60);
/// Most time for one piece of a photo: 64 kB over a link of 2 kbit/s.
const PIECE_TIME: Duration = Duration::from_secs(300);

/// Each may hold [`MOST_SYNC_BYTES`] and what they are parsed into, of a phone that is known.
const SYNCS_AT_ONCE: usize = 128;
/// Of callers that nobody knows yet.
const PAIRINGS_AT_ONCE: usize = 64;
/// Each holds a photo twice, sealed and opened.
const PARCELS_AT_ONCE: usize = 32;
/// Each holds up to 5,000 numbers, of callers that nobody knows.
const ENDED_AT_ONCE: usize = 64;
/// Each holds up to two bytes for everyone who is enrolled in a regency.
const FILTERS_AT_ONCE: usize = 16;
/// A slow link takes minutes for a piece and holds one buffer.
const PHOTOS_AT_ONCE: usize = 512;

/// The hub as a service.
pub fn router(hub: Arc<Hub>) -> Router {
    let pairing = post(pair::pair)
        .layer(DefaultBodyLimit::max(MOST_PAIR_BYTES))
        .layer(from_fn_with_state(turns(PAIRINGS_AT_ONCE), take_turns));
    let syncing = post(sync::sync)
        .layer(DefaultBodyLimit::max(MOST_SYNC_BYTES))
        .layer(from_fn_with_state(turns(SYNCS_AT_ONCE), take_turns));
    let asking = post(enrolled::enrolled)
        .layer(DefaultBodyLimit::max(MOST_PAIR_BYTES))
        .layer(from_fn_with_state(turns(FILTERS_AT_ONCE), take_turns));
    let visiting = post(candidates::candidates)
        .layer(DefaultBodyLimit::max(MOST_CANDIDATES_BYTES))
        .layer(from_fn_with_state(turns(FILTERS_AT_ONCE), take_turns));
    let opening = post(card::card)
        .layer(DefaultBodyLimit::max(MOST_PAIR_BYTES))
        .layer(from_fn_with_state(turns(PAIRINGS_AT_ONCE), take_turns));
    let ending = post(ended::ended)
        .layer(DefaultBodyLimit::max(MOST_PAIR_BYTES))
        .layer(from_fn_with_state(turns(ENDED_AT_ONCE), take_turns));
    let carrying = post(parcels::parcels)
        .layer(DefaultBodyLimit::max(MOST_PARCEL_BYTES))
        .layer(from_fn_with_state(turns(PARCELS_AT_ONCE), take_turns));
    let introducing = post(irregularities::office)
        .layer(DefaultBodyLimit::max(MOST_PAIR_BYTES))
        .layer(from_fn_with_state(turns(PAIRINGS_AT_ONCE), take_turns));
    let reporting = post(irregularities::report)
        .layer(DefaultBodyLimit::max(MOST_SEALED_BYTES))
        .layer(from_fn_with_state(turns(PAIRINGS_AT_ONCE), take_turns));
    let messages = Router::new()
        .route("/v1/pair", pairing)
        .route("/v1/sync", syncing)
        .route("/v1/enrolled", asking)
        .route("/v1/candidates", visiting)
        .route("/v1/ended", ending)
        .route("/v1/parcels", carrying)
        .route("/v1/card", opening)
        .route("/v1/office", introducing)
        .route("/v1/irregularities", reporting)
        // the limits above hold for what comes out of this
        .layer(RequestDecompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, CALL_TIME));
    let photos = Router::new()
        .route("/v1/photos", post(photos::create).options(photos::options))
        .route(
            "/v1/photos/{id}",
            axum::routing::head(photos::head).patch(photos::patch).delete(photos::terminate).options(photos::options),
        )
        .layer(from_fn(photos::speak_tus))
        .layer(from_fn_with_state(turns(PHOTOS_AT_ONCE), take_turns))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PIECE_TIME));
    let about = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/metrics", get(health::metrics))
        .route("/v1/openapi.json", get(health::openapi));
    Router::new()
        .merge(messages)
        .merge(photos)
        .merge(about)
        .merge(office::router(&hub))
        .layer(CatchPanicLayer::custom(|_| ApiError::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()))
        .layer(CompressionLayer::new().compress_when(worth_compressing()))
        .layer(from_fn_with_state(Arc::clone(&hub), observe))
        .with_state(hub)
}

/// A workbook is a ZIP already; its length, told, lets a browser show how far it is.
fn worth_compressing() -> impl Predicate {
    DefaultPredicate::new().and(NotForContentType::const_new(WORKBOOK))
}

/// Counts and logs every answer, without its query: a search holds names. Every refusal below /v1 speaks JSON.
async fn observe(State(hub): State<Arc<Hub>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let is_api = request.uri().path().starts_with("/v1/");
    let mut response = next.run(request).await;
    let status = response.status();
    let speaks_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if is_api && (status.is_client_error() || status.is_server_error()) && !speaks_json {
        let (mut parts, _) = response.into_parts();
        let wanted = ApiError::of_status(status).into_response();
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_ENCODING);
        parts.headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
        response = Response::from_parts(parts, if method == "HEAD" { Body::empty() } else { wanted.into_body() });
    }
    hub.metrics.answered(method, &route, status.as_u16());
    let took = started.elapsed().as_millis();
    tracing::info!(method, route, status = status.as_u16(), milliseconds = took as u64, "answered");
    response
}

/// A method by its name: one that a caller made up would fill the memory with counters, or the log with its words.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
