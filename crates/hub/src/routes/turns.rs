//! How many calls of one kind go on at once, so that many callers can't take all of the memory.

use crate::error::ApiError;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// So many at once.
pub fn turns(most: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(most))
}

/// Lets a call go on when its turn comes; until then it waits here with its body unread. A time-out lies around this.
pub async fn take_turns(State(turns): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    match turns.acquire().await {
        Ok(_turn) => next.run(request).await,
        Err(_) => ApiError::of_status(StatusCode::SERVICE_UNAVAILABLE).into_response(),
    }
}
