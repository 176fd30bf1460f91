//! What the world gives to a device: time, chance and the network. A simulator gives its own.

use crate::key::KeyCost;
use crate::transport::Transport;
use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use payung_domain::region::Regions;
use std::sync::Arc;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// The day that people around the phone call today.
    fn today(&self) -> Date;
}

/// Gives random bytes that nobody can guess.
pub trait Entropy: Send + Sync {
    /// Fills the whole slice, or fails when the system has none to give.
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()>;
}

/// The phone's own clock and time zone.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
    fn today(&self) -> Date {
        Zoned::now().date()
    }
}

/// The operating system's random numbers.
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        getrandom::fill(bytes).map_err(std::io::Error::from)
    }
}

/// Where a store is when its disk is asked whether it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Between two steps of a statement; there are several in each.
    Step,
    /// All that is to be kept is said, and it is not kept yet.
    Commit,
}

/// What stands between a store and its files. A phone has nothing there; a simulator kills and fills the phone with it.
pub trait Disk: Send + Sync {
    /// Whether the store stops here: the statement fails, and what was not committed is gone.
    fn stops(&self, at: Moment) -> bool;
    /// Whether the file may not grow any more.
    fn is_full(&self) -> bool;
}

/// Everything outside that a device uses.
#[derive(Clone)]
pub struct Env {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Reaches the hub.
    pub transport: Arc<dyn Transport>,
    /// The names of all regions.
    pub regions: Arc<Regions>,
    /// How much work one try of a PIN costs.
    pub key_cost: KeyCost,
}

impl Env {
    /// `COUNT` random bytes.
    pub(crate) fn random<const COUNT: usize>(&self) -> std::io::Result<[u8; COUNT]> {
        let mut bytes = [0; COUNT];
        self.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }
}
