//! One true time, and phones that are wrong about it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use payung_device::{Clock, Entropy};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// 2026-11-21 in milliseconds since 1970.
const BEGIN: i64 = 1_795_219_200_000;

/// The true time; clones share it.
#[derive(Clone)]
pub struct Time(Arc<AtomicI64>);

impl Default for Time {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(BEGIN)))
    }
}

impl Time {
    /// Now.
    pub fn now(&self) -> Timestamp {
        moment(self.0.load(Ordering::Relaxed))
    }

    /// Goes on.
    pub fn pass(&self, time: SignedDuration) {
        self.0.fetch_add(i64::try_from(time.as_millis()).unwrap_or(0), Ordering::Relaxed);
    }
}

/// A phone's clock.
pub struct PhoneClock {
    time: Time,
    /// How far it goes wrong, in milliseconds.
    error: AtomicI64,
}

impl PhoneClock {
    /// A clock that is right.
    pub fn new(time: Time) -> Self {
        Self { time, error: AtomicI64::new(0) }
    }

    /// From now on it is wrong by this much.
    pub fn set_error(&self, error: SignedDuration) {
        self.error.store(i64::try_from(error.as_millis()).unwrap_or(0), Ordering::Relaxed);
    }
}

impl Clock for PhoneClock {
    fn now(&self) -> Timestamp {
        moment(self.time.now().as_millisecond() + self.error.load(Ordering::Relaxed))
    }

    fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }
}

fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Random bytes that a seed decides.
pub struct SeededEntropy(Mutex<fastrand::Rng>);

impl SeededEntropy {
    /// Its own stream.
    pub fn new(rng: fastrand::Rng) -> Self {
        Self(Mutex::new(rng))
    }

    /// Fills the whole slice.
    pub fn draw(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        self.draw(bytes);
        Ok(())
    }
}
