//! Time and randomness as arguments, so that a simulator can run the hub in a world of its own.

use crate::error::HubError;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use std::sync::Arc;

/// Fills bytes with random ones, or tells that it can't.
type Fill = dyn Fn(&mut [u8]) -> Result<(), HubError> + Send + Sync;

/// Whether the writer of the store stops: between two steps of a statement, or, where it is told so, before a commit.
pub(crate) type Brake = dyn Fn(bool) -> bool + Send + Sync;

/// Where the hub takes the time and its random bytes from.
#[derive(Clone)]
pub struct Context {
    brake: Option<Arc<Brake>>,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    fill: Arc<Fill>,
}

impl Context {
    /// The machine's own clock and random numbers.
    pub fn system() -> Self {
        Self::new(Timestamp::now, |bytes| getrandom::fill(bytes).map_err(|_| HubError::NoRandomness))
    }

    /// A world whose clock and random bytes come from elsewhere.
    pub fn new(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        fill: impl Fn(&mut [u8]) -> Result<(), HubError> + Send + Sync + 'static,
    ) -> Self {
        Self { brake: None, now: Arc::new(now), fill: Arc::new(fill) }
    }

    /// The same world, in which the hub may be killed between two steps of a statement, and before a commit (`true`): `brake`
    /// is asked there whether it stops, and then what it was about to write fails.
    pub fn with_brake(self, brake: impl Fn(bool) -> bool + Send + Sync + 'static) -> Self {
        Self { brake: Some(Arc::new(brake)), ..self }
    }

    pub(crate) fn brake(&self) -> Option<Arc<Brake>> {
        self.brake.clone()
    }

    /// The present, cut to milliseconds as the store keeps them.
    pub fn now(&self) -> Timestamp {
        moment((self.now)().as_millisecond())
    }

    /// Fresh random bytes.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], HubError> {
        let mut bytes = [0; N];
        (self.fill)(&mut bytes)?;
        Ok(bytes)
    }
}

/// The time that the store wrote as milliseconds. One that no calendar has becomes the epoch.
pub fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The day in western Indonesian time, where all four regencies lie.
pub fn day_here(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::fixed(Offset::constant(7))).date()
}

/// A day as the store counts it: days since 1970-01-01.
pub fn day_number(day: Date) -> i64 {
    day.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24
}

/// The day of a number that the store has counted. One that no calendar has becomes the first.
pub fn day_of(number: i64) -> Date {
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().days(number.clamp(0, 1_000_000))).unwrap_or_default()
}

/// SHA-256 in hex: what is stored of a token, a code or a cookie.
pub fn hash_of(secret: &str) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(secret.as_bytes()))
}
