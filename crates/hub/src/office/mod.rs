//! The office's pages.

use crate::hub::Hub;
use axum::Router;
use std::sync::Arc;

/// Every page of the office.
pub fn router(_hub: Arc<Hub>) -> Router<Arc<Hub>> {
    Router::new()
}
