//! `POST /v1/candidates`.

use super::call::{Phone, check_opening, message, signed};
use crate::error::{ApiError, HubError};
use crate::hub::Hub;
use crate::store::sql::Connection;
use crate::store::{candidate, village};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use payung_domain::ids::ContentHash;
use payung_domain::wire::{
    CandidatesRequest, CandidatesResponse, MOST_CANDIDATES, MOST_CANDIDATES_BYTES, MOST_OUTCOMES, VERSION,
};
use std::sync::Arc;

/// A phone tells what became of visits, and hears whom its village's lists name and nobody has enrolled. Of no other village.
pub async fn candidates(
    State(hub): State<Arc<Hub>>,
    Phone(device): Phone,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let CandidatesRequest { version, nonce, known, outcomes } = message(body, MOST_CANDIDATES_BYTES)?;
    check_opening(version, &nonce)?;
    if outcomes.len() > MOST_OUTCOMES {
        return Err(ApiError::bad_request(format!("at most {MOST_OUTCOMES} outcomes")));
    }
    let has_outcomes = !outcomes.is_empty();
    let mut found = hub
        .run(move |hub| {
            let of = |connection: &Connection| {
                village::get(connection, device.village)?.ok_or(HubError::Corrupt("village of a device"))
            };
            if has_outcomes {
                let now = hub.context.now().as_millisecond();
                hub.store.write::<_, HubError>(|transaction| {
                    let row = of(transaction)?;
                    for told in &outcomes {
                        candidate::note(transaction, (&row.programme, row.code), told, &device.id, now)?;
                    }
                    Ok(())
                })?;
            }
            hub.store.read::<_, HubError>(|connection| {
                let row = of(connection)?;
                Ok(candidate::to_visit(connection, &row.programme, row.code, MOST_CANDIDATES + 1)?)
            })
        })
        .await?;
    let more = found.len() > MOST_CANDIDATES;
    found.truncate(MOST_CANDIDATES);
    let text = serde_json::to_string(&found).map_err(|_| HubError::Corrupt("a list of candidates"))?;
    let digest = ContentHash::of(&text);
    let candidates = (known != Some(digest)).then_some(found);
    signed(
        &hub,
        "/v1/candidates",
        &CandidatesResponse { version: VERSION, nonce, digest, candidates, more, has_outcomes },
    )
}
