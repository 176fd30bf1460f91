//! `/healthz`, `/metrics` and the description of the interface.

use crate::disk::free_bytes;
use crate::error::{ApiError, HubError};
use crate::hub::Hub;
use crate::metrics::Holdings;
use crate::rights::Scope;
use crate::store::{device, photo, search};
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use std::sync::Arc;

/// The interface as OpenAPI 3.1; `tests/openapi.rs` holds it against what is served.
pub const OPENAPI: &str = include_str!("../../openapi.json");

/// Answers `ok` when the database can be read.
pub async fn healthz(State(hub): State<Arc<Hub>>) -> Result<&'static str, ApiError> {
    hub.run(|hub| hub.store.read::<_, HubError>(|connection| Ok(connection.query_row("SELECT 1", [], |_| Ok(()))?)))
        .await?;
    Ok("ok\n")
}

/// Counters for Prometheus.
pub async fn metrics(State(hub): State<Arc<Hub>>) -> Result<impl IntoResponse, ApiError> {
    let page = hub
        .run(|hub| {
            let holdings = hub.store.read::<_, HubError>(|connection| {
                let (photos, photo_bytes) = photo::totals(connection)?;
                Ok(Holdings {
                    records: search::by_state(connection, Scope::All)?,
                    photos,
                    photo_bytes,
                    unsent: device::unsent_decisions(connection)?,
                    free_bytes: free_bytes(hub.photos.folder()),
                    backed_up_at: hub.photos.backed_up_at(),
                    now: hub.context.now().as_millisecond(),
                })
            })?;
            Ok::<_, ApiError>(hub.metrics.page(&holdings))
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page))
}

/// The description of the interface.
pub async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI)
}
