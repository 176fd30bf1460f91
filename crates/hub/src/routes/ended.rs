//! `POST /v1/ended`.

use super::MOST_PAIR_BYTES;
use super::call::{Anybody, check_opening, message, signed};
use crate::error::{ApiError, HubError};
use crate::hub::Hub;
use crate::store::card;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use payung_domain::wire::VERSION;
use payung_domain::worker::{EndedRequest, EndedResponse, MOST_ENDED};
use std::sync::Arc;

/// Anybody hears which cards were ended before their last day: their numbers say nothing about a person.
pub async fn ended(
    State(hub): State<Arc<Hub>>,
    _: Anybody,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let EndedRequest { version, nonce, after } = message(body, MOST_PAIR_BYTES)?;
    check_opening(version, &nonce)?;
    // before the list: what ends while it is read comes with the next one
    let as_of = hub.context.now();
    let mut found =
        hub.run(move |hub| hub.store.read::<_, HubError>(|c| Ok(card::ended_after(c, after, MOST_ENDED + 1)?))).await?;
    let more = found.len() > MOST_ENDED;
    found.truncate(MOST_ENDED);
    let upto = found.last().map_or(after, |(seq, _)| *seq);
    let numbers = found.into_iter().map(|(_, number)| number).collect();
    signed(&hub, "/v1/ended", &EndedResponse { version: VERSION, nonce, as_of, upto, more, numbers })
}
