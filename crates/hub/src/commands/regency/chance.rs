//! Chance that is the same for the same seed, whoever asks first.

/// SplitMix64: a few additions and shifts for a number, and any start gives a sound sequence.
pub struct Chance(u64);

impl Chance {
    /// The sequence of one person's `purpose`, apart from all others.
    pub fn of(seed: u64, person: u64, purpose: u64) -> Self {
        let mut chance = Self(seed ^ person.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ purpose.rotate_left(47));
        chance.next();
        chance
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below `end`; 0 where the end is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or(0)
    }

    /// True so often in a thousand.
    pub fn is_in_thousand(&mut self, often: u64) -> bool {
        self.below(1000) < often
    }

    /// One of a list; the list's default where it is empty.
    pub fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let index = usize::try_from(self.below(list.len() as u64)).unwrap_or_default();
        list.get(index).copied().unwrap_or_default()
    }
}
