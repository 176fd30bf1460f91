//! Stops a store between two steps of SQLite, as a killed process does, and fills its disk.

use payung_device::{Disk, Moment};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Of the commits on a full disk one in so many fails. The others fit in what the log of changes has already.
const FULL_ONE_IN: u32 = 3;

/// Stands between a store and its files.
pub struct Brake(Mutex<State>);

struct State {
    chance: fastrand::Rng,
    /// Steps until the process is dead.
    left: Option<u32>,
    is_dead: bool,
    is_full: bool,
}

impl Brake {
    /// One that lets everything pass.
    pub fn new(chance: fastrand::Rng) -> Self {
        Self(Mutex::new(State { chance, left: None, is_dead: false, is_full: false }))
    }

    /// After so many steps the process is dead: nothing that it does any more leaves a trace.
    pub fn kill_after(&self, steps: u32) {
        self.state().left = Some(steps);
    }

    /// Whether it is.
    pub fn is_dead(&self) -> bool {
        self.state().is_dead
    }

    /// A process begins, and lives for as long as it likes; tells whether the one before was dead.
    pub fn release(&self) -> bool {
        let mut state = self.state();
        state.left = None;
        std::mem::take(&mut state.is_dead)
    }

    /// From now on there is no room, or as much as ever.
    pub fn set_full(&self, is_full: bool) {
        self.state().is_full = is_full;
    }

    /// One step more.
    pub fn steps_on(&self) -> bool {
        let mut state = self.state();
        if let Some(left) = &mut state.left {
            match left.checked_sub(1) {
                Some(fewer) => *left = fewer,
                None => state.is_dead = true,
            }
        }
        !state.is_dead
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk for Brake {
    fn stops(&self, at: Moment) -> bool {
        let lives = self.steps_on();
        let State { chance, is_full, .. } = &mut *self.state();
        !lives || (*is_full && at == Moment::Commit && chance.u32(..FULL_ONE_IN) == 0)
    }

    fn is_full(&self) -> bool {
        self.state().is_full
    }
}
