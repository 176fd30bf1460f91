//! Whether somebody is covered on a day, by what the office has said.

use crate::state::State;
use jiff::Timestamp;
use jiff::civil::Date;

/// What a state is worth on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// Nothing, and no day on which it begins.
    None,
    /// Nothing yet: the first day is still to come.
    From(Date),
    /// Covered; the last day.
    Until(Date),
    /// The last day has passed.
    Over(Date),
}

/// The day of a moment in Western Indonesian Time, the calendar of every card, whatever zone a phone is set to.
pub fn day_of(at: Timestamp) -> Date {
    jiff::tz::offset(7).to_datetime(at).date()
}

impl State {
    /// What it is worth on a day. A phone that has heard nothing since goes by the days that it was told.
    pub fn cover_on(&self, today: Date) -> Cover {
        match *self {
            State::Active { from, .. } if today < from => Cover::From(from),
            State::Active { until, .. }
            | State::WaitingList { covered_until: Some(until), .. }
            | State::Placed { covered_until: Some(until), .. } => {
                if today > until {
                    Cover::Over(until)
                } else {
                    Cover::Until(until)
                }
            }
            _ => Cover::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_cover_counts_from_its_first_day_to_its_last() {
        let (from, until) = (date(2026, 12, 1), date(2027, 11, 30));
        let on = |day| State::Active { from, until }.cover_on(day);
        assert_eq!(on(date(2026, 11, 30)), Cover::From(from));
        assert_eq!([on(from), on(until)], [Cover::Until(until); 2]);
        assert_eq!(on(date(2027, 12, 1)), Cover::Over(until));
        assert_eq!(State::Placed { place: None, covered_until: None }.cover_on(from), Cover::None);
    }

    #[test]
    fn who_lost_the_place_is_covered_up_to_the_day_that_is_paid_for() {
        let until = date(2026, 11, 30);
        let state = State::WaitingList { rank: 3, covered_until: Some(until) };
        assert_eq!(state.cover_on(until), Cover::Until(until));
        assert_eq!(state.cover_on(date(2026, 12, 1)), Cover::Over(until));
    }

    #[test]
    fn a_day_ends_at_midnight_in_jakarta() {
        let day = |text: &str| text.parse().ok().map(day_of);
        assert_eq!(day("2026-11-30T16:59:59Z"), Some(date(2026, 11, 30)));
        assert_eq!(day("2026-11-30T17:00:00Z"), Some(date(2026, 12, 1)));
    }
}
