//! Stops a store between two steps of SQLite, as a killed process does, and fills its disk.

use payung_device::{Disk, Moment};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Of the commits on a full disk one in so many fails. The others fit in what the log of changes has already.
const FULL_ONE_IN: u32 = 3;

/// How long a process lives that is killed in what it does.
#[derive(Clone, Copy, Debug)]
pub enum Life {
    /// So many steps, of which a statement has several.
    Steps(u32),
    /// So many commits; it ends before the next one.
    Commits(u32),
}

impl Life {
    /// Often it ends in the first transaction.
    pub fn drawn(chance: &mut fastrand::Rng) -> Self {
        match [0, 0, 10, 100, 1_000][chance.usize(..5)] {
            0 => Self::Commits(chance.u32(..3).min(chance.u32(..3))),
            most => Self::Steps(chance.u32(..most)),
        }
    }
}

/// Stands between a store and its files.
pub struct Brake(Mutex<State>);

struct State {
    chance: fastrand::Rng,
    /// What is left until the process is dead.
    left: Option<Life>,
    is_dead: bool,
    is_full: bool,
}

impl Brake {
    /// One that lets everything pass.
    pub fn new(chance: fastrand::Rng) -> Self {
        Self(Mutex::new(State { chance, left: None, is_dead: false, is_full: false }))
    }

    /// After that the process is dead: nothing that it does any more leaves a trace.
    pub fn kill_after(&self, life: Life) {
        self.state().left = Some(life);
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

    /// One step more, or a commit; tells whether the process ends here or has ended.
    pub fn ends(&self, is_commit: bool) -> bool {
        let State { left, is_dead, .. } = &mut *self.state();
        let count = match left {
            Some(Life::Steps(steps)) => Some(steps),
            Some(Life::Commits(commits)) if is_commit => Some(commits),
            _ => None,
        };
        if let Some(count) = count {
            *is_dead |= *count == 0;
            *count = count.saturating_sub(1);
        }
        *is_dead
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk for Brake {
    fn stops(&self, at: Moment) -> bool {
        let ends = self.ends(at == Moment::Commit);
        let State { chance, is_full, .. } = &mut *self.state();
        ends || (*is_full && at == Moment::Commit && chance.u32(..FULL_ONE_IN) == 0)
    }

    fn is_full(&self) -> bool {
        self.state().is_full
    }
}
