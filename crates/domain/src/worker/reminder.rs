//! What a worker's phone says without being asked: a rule over what the hub has told, and the day.

use super::WorkerStep;
use crate::cover::{Cover, day_of};
use crate::lang::Lang;
use crate::state::State;
use jiff::civil::Date;

/// Days before the last one in which the end of a cover is told.
const ENDS_WITHIN: i32 = 60;
/// Days that a record may wait for the office, or for BPJS, before the worker should ask.
const LONG: i32 = 30;

/// Something that the worker should know or do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reminder {
    /// The last day of cover is near.
    EndsSoon {
        /// From today on; 0 is today.
        days: i32,
        /// The last day.
        until: Date,
    },
    /// Nothing has happened for long.
    WaitsLong {
        /// Since the last step.
        days: i32,
    },
    /// A place came to somebody of the waiting list.
    TurnCame,
    /// The kader must mend something.
    Correct,
}

/// What there is to say on a day. Nothing about what is over.
pub fn reminders(steps: &[WorkerStep], today: Date) -> Vec<Reminder> {
    let Some(last) = steps.last() else { return Vec::new() };
    let days_since = |step: &WorkerStep| (today - day_of(step.at)).get_days();
    let ends = || {
        let Cover::Until(until) = last.state.cover_on(today) else { return None };
        let days = (until - today).get_days();
        (days <= ENDS_WITHIN).then_some(Reminder::EndsSoon { days, until })
    };
    let waits = || Some(days_since(last)).filter(|days| *days > LONG).map(|days| Reminder::WaitsLong { days });
    let has_waited = || matches!(steps.iter().rev().nth(1), Some(WorkerStep { state: State::WaitingList { .. }, .. }));
    match &last.state {
        State::NeedsCorrection { .. } => vec![Reminder::Correct],
        State::Received | State::Corrected | State::Verified => waits().into_iter().collect(),
        State::Placed { .. } => {
            let came = has_waited().then_some(Reminder::TurnCame);
            came.into_iter().chain(waits()).chain(ends()).collect()
        }
        State::Active { .. } | State::WaitingList { .. } => ends().into_iter().collect(),
        _ => Vec::new(),
    }
}

impl Reminder {
    /// As the worker reads it, with what to do.
    pub fn sentence(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::EndsSoon { until, .. }, Lang::Id) => {
                format!(
                    "Perlindungan habis {}. Tanyakan kepada kader apakah bisa diperpanjang. Sudah diperpanjang? Pindai tanda terima yang baru.",
                    lang.date(until)
                )
            }
            (Self::EndsSoon { until, .. }, Lang::En) => {
                format!(
                    "The cover ends on {}. Ask the kader whether it can be renewed. Renewed already? Scan the new receipt.",
                    lang.date(until)
                )
            }
            (Self::WaitsLong { days }, Lang::Id) => {
                format!("Sudah {days} hari belum ada kabar baru. Tanyakan kepada kader atau kantor.")
            }
            (Self::WaitsLong { days }, Lang::En) => format!("No news for {days} days. Ask the kader or the office."),
            (Self::TurnCame, Lang::Id) => "Anda sudah dapat tempat. Tunggu kartunya.".to_owned(),
            (Self::TurnCame, Lang::En) => "You have a place. Wait for the card.".to_owned(),
            (Self::Correct, Lang::Id) => "Ada data yang perlu diperbaiki. Hubungi kader Anda.".to_owned(),
            (Self::Correct, Lang::En) => "Something must be corrected. Call your kader.".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::Timestamp;

    fn step(state: State, at: &str) -> WorkerStep {
        WorkerStep { state, at: at.parse::<Timestamp>().unwrap() }
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_cover_is_told_to_end_sixty_days_before_and_not_after() {
        let until = day("2027-11-30");
        let steps = [step(State::Active { from: day("2026-12-01"), until }, "2026-12-01T00:00:00Z")];
        assert_eq!(reminders(&steps, day("2027-09-30")), []);
        assert_eq!(reminders(&steps, day("2027-10-01")), [Reminder::EndsSoon { days: 60, until }]);
        assert_eq!(reminders(&steps, until), [Reminder::EndsSoon { days: 0, until }]);
        assert_eq!(reminders(&steps, day("2027-12-01")), []);
    }

    #[test]
    fn who_hears_nothing_for_a_month_is_told_to_ask() {
        let steps = [step(State::Received, "2026-10-01T01:00:00Z")];
        assert_eq!(reminders(&steps, day("2026-10-31")), []);
        assert_eq!(reminders(&steps, day("2026-11-01")), [Reminder::WaitsLong { days: 31 }]);
    }

    #[test]
    fn a_turn_on_the_waiting_list_is_told_and_a_correction_comes_first() {
        let wait = step(State::WaitingList { rank: 3, covered_until: None }, "2026-10-01T01:00:00Z");
        let placed = step(State::Placed { place: Some(2), covered_until: None }, "2026-10-20T01:00:00Z");
        assert_eq!(reminders(std::slice::from_ref(&wait), day("2027-10-20")), [], "a rank says how long it may take");
        assert_eq!(reminders(&[wait, placed.clone()], day("2026-10-21")), [Reminder::TurnCame]);
        assert_eq!(reminders(&[placed], day("2026-10-21")), []);
        let back = step(State::NeedsCorrection { comments: Vec::new() }, "2026-10-01T01:00:00Z");
        assert_eq!(reminders(&[back], day("2027-10-21")), [Reminder::Correct]);
    }
}
