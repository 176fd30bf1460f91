//! What can go wrong inside, and what a caller is told.

use crate::store::sql::SqlError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use payung_domain::wire::{ErrorBody, ErrorCode};

/// A failure of the hub itself. Its text goes to the log, never to a caller.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The database.
    #[error("database: {0}")]
    Store(#[from] SqlError),
    /// A file.
    #[error("file: {0}")]
    File(#[from] std::io::Error),
    /// The bucket that holds the photos.
    #[error("bucket: {0}")]
    Bucket(String),
    /// The machine gives no random bytes.
    #[error("no random bytes")]
    NoRandomness,
    /// Something that the hub wrote can't be read back.
    #[error("unreadable: {0}")]
    Corrupt(&'static str),
    /// Phones are paired, and the key that they pinned is not there.
    #[error("hub.key is missing and phones have pinned it: restore it from a backup, or read docs/hub.md")]
    KeyMissing,
    /// The database is from a newer hub.
    #[error("the database has version {found}, this hub knows {known}")]
    NewerStore {
        /// Its version.
        found: usize,
        /// The newest that this program knows.
        known: usize,
    },
    /// Another process holds the database for itself.
    #[error("the database stays locked: end the program that holds hub.db, and try again")]
    Locked,
    /// A programme's file can't be used.
    #[error("programme {name}: {reason}")]
    Programme {
        /// The file.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A worker thread was lost.
    #[error("a worker thread was lost")]
    Thread,
}

/// A refusal or failure as a phone hears it.
#[derive(Debug)]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// Code and English words.
    pub body: ErrorBody,
    /// Seconds to wait before the next try.
    pub retry_after: Option<u64>,
}

impl ApiError {
    /// A refusal.
    pub fn new(status: StatusCode, error: ErrorCode, message: impl Into<String>) -> Self {
        Self { status, body: ErrorBody { error, message: message.into() }, retry_after: None }
    }

    /// The request can't be understood.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadRequest, message)
    }

    /// No phone has this token, or it was blocked.
    pub fn token_unknown() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ErrorCode::TokenUnknown, "no phone has this token")
    }

    /// No such thing, or not this phone's.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, format!("no such {what}"))
    }

    /// The body is over the limit.
    pub fn too_large(most: u64) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge, format!("at most {most} bytes"))
    }

    /// Too many calls.
    pub fn too_many(seconds: u64) -> Self {
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, ErrorCode::TooMany, "too many calls");
        Self { retry_after: Some(seconds), ..error }
    }

    /// The message's version is another one.
    pub fn version_unsupported(found: u32) -> Self {
        let message = format!("version {found} is not spoken here");
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::VersionUnsupported, message)
    }

    /// The state of an upload does not fit the call.
    pub fn conflict(message: &str) -> Self {
        Self::new(StatusCode::CONFLICT, ErrorCode::Conflict, message)
    }

    /// The words for a status that some layer gave without any.
    pub fn of_status(status: StatusCode) -> Self {
        let error = match status.as_u16() {
            404 | 405 => ErrorCode::NotFound,
            413 => ErrorCode::TooLarge,
            429 => ErrorCode::TooMany,
            500.. => ErrorCode::Internal,
            _ => ErrorCode::BadRequest,
        };
        Self::new(status, error, status.canonical_reason().unwrap_or("refused").to_lowercase())
    }
}

impl<E: Into<HubError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        let error = error.into();
        tracing::error!(%error, "the hub failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal, "the hub failed; try again later")
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
