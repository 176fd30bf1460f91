//! A quota that grows or shrinks in mid-programme: who gets a place, who loses one and why, told before it is done.
//!
//! Nothing here changes anything. The hub shows a [`Plan`] and later does exactly that one, or refuses.

use crate::ids::{ContentHash, RecordId};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What somebody has of the quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// A place was promised; the office has not decided yet.
    Promised,
    /// Agreed to, and BPJS has not answered yet.
    Placed,
    /// Covered.
    Covered,
}

/// A place that somebody has been told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The enrolment.
    pub record: RecordId,
    /// Its number.
    pub place: u32,
    /// How firm it is.
    pub hold: Hold,
    /// When the person heard of it, in Unix milliseconds.
    pub told_at: i64,
}

/// Places that are counted together, and who waits for one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// Those that people have been told of.
    pub taken: Vec<Seat>,
    /// Numbers lent to phones and, as far as the hub knows, promised to nobody.
    pub lent: Vec<u32>,
    /// The waiting list, the next one first.
    pub line: Vec<RecordId>,
}

/// What another quota would do to these places. Nobody is in two of its lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// From the front of the waiting list, each with the number of the place.
    pub gains: Vec<(RecordId, u32)>,
    /// Who goes to the waiting list: first who was told last, and the covered only when nobody else is left.
    pub losses: Vec<Seat>,
    /// Who keeps a place under another number, because the smaller quota has no such number.
    pub moves: Vec<(Seat, u32)>,
    /// Numbers that phones give back.
    pub given_back: Vec<u32>,
    /// How many keep what they have, the moved ones included.
    pub kept: u32,
    /// How many still wait, those who lose a place included.
    pub waiting: u32,
}

impl Seats {
    /// What a quota of so many places would do.
    ///
    /// Phones give back first: no name stands behind their places. Then whoever was told last, for an older word weighs
    /// more; among those told in one moment the higher number. People who are covered come last of all.
    pub fn plan(&self, quota: u32) -> Plan {
        let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let mut lent: Vec<u32> = self.lent.clone();
        lent.sort_unstable();
        let mut given_back = lent.split_off(lent.partition_point(|&place| place <= quota));
        let is_over = |lent: &[u32], taken: &[Seat]| size(lent.len()).saturating_add(size(taken.len())) > quota;
        // the lightest word stands last
        let mut taken = self.taken.clone();
        taken.sort_by_key(|seat| (seat.hold != Hold::Covered, seat.told_at, seat.place, seat.record));
        while is_over(&lent, &taken)
            && let Some(place) = lent.pop()
        {
            given_back.push(place);
        }
        let mut losses = Vec::new();
        while is_over(&lent, &taken)
            && let Some(seat) = taken.pop()
        {
            losses.push(seat);
        }
        let held: BTreeSet<u32> = taken.iter().map(|seat| seat.place).chain(lent.iter().copied()).collect();
        let mut free = (1..=quota).filter(|place| !held.contains(place));
        let strays = taken.iter().filter(|seat| seat.place > quota);
        let moves: Vec<(Seat, u32)> = strays.copied().zip(&mut free).collect();
        let room = quota.saturating_sub(size(taken.len()).saturating_add(size(lent.len())));
        let gains: Vec<(RecordId, u32)> = self.line.iter().copied().take(room as usize).zip(free).collect();
        let waiting = size(self.line.len() - gains.len() + losses.len());
        Plan { gains, moves, given_back, kept: size(taken.len()), waiting, losses }
    }
}

impl Plan {
    /// The covered people among those who lose a place.
    pub fn covered(&self) -> impl Iterator<Item = &Seat> {
        self.losses.iter().filter(|seat| seat.hold == Hold::Covered)
    }

    /// Whether no person notices anything.
    pub fn touches_nobody(&self) -> bool {
        self.gains.is_empty() && self.losses.is_empty() && self.moves.is_empty()
    }

    /// A hash of who is affected and how: two plans with the same one do the same to everybody. Numbers of places are not
    /// in it, for a phone that syncs in between may take one of them and leave everybody another.
    pub fn digest<'a>(plans: impl IntoIterator<Item = (&'a str, &'a Plan)>) -> ContentHash {
        let mut text = String::new();
        for (pool, plan) in plans {
            // writing to a String never fails
            let _ = writeln!(text, "pool {pool}");
            for (record, _) in &plan.gains {
                let _ = writeln!(text, "gain {record}");
            }
            for seat in &plan.losses {
                let _ = writeln!(text, "loss {} {:?}", seat.record, seat.hold);
            }
            for (seat, _) in &plan.moves {
                let _ = writeln!(text, "move {} {:?}", seat.record, seat.hold);
            }
        }
        ContentHash::of(text)
    }
}
