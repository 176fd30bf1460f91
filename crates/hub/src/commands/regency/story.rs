//! What happens to each person, and when: pure, and the same for the same seed.

use super::chance::Chance;
use jiff::civil::Date;
use payung_domain::state::EndReason;

/// A day in milliseconds.
pub const DAY: i64 = 86_400_000;
/// For how many days the regency has enrolled.
pub const DAYS: i64 = 480;
const HOUR: i64 = 3_600_000;

/// Something that happens to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// A phone brings it.
    Enrol,
    /// The office returns it.
    Return,
    /// The kader mends it.
    Correct,
    /// The office agrees.
    Approve,
    /// The office refuses.
    Reject,
    /// The person takes it back.
    Withdraw,
    /// BPJS covers the person from this day on; a number of [`crate::context::day_number`].
    Cover(i64),
    /// The cover ends early.
    End(u8),
    /// The last day of cover has passed.
    RunOut,
}

/// Why covers end early here, for [`Event::End`].
pub const ENDS: [EndReason; 3] = [EndReason::Died, EndReason::Moved, EndReason::WageEarner];

/// One event with its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// Unix milliseconds.
    pub at: i64,
    /// The record's number.
    pub record: u32,
    /// What happens.
    pub event: Event,
}

/// The phone of a record, as far as its story needs it.
pub struct Phone {
    /// When it called last, in Unix milliseconds; it brings nothing later.
    pub last_seen_at: i64,
}

/// What happens to a record between the beginning and `now`, in order. Villages of the second wave begin later; `after` is
/// when another record of the same person came.
pub fn of(
    chance: &mut Chance,
    now: i64,
    is_second_wave: bool,
    phone: &Phone,
    after: Option<i64>,
    record: u32,
) -> Vec<Step> {
    let mut steps = Vec::with_capacity(4);
    let mut add = |at: i64, event: Event| {
        let is_past = at < now;
        if is_past {
            steps.push(Step { at, record, event });
        }
        is_past
    };
    let begin = now - DAYS * DAY;
    let (first, length) = if is_second_wave { (150, 328) } else { (0, 260) };
    // two draws make a hump: slow at first, many in the middle, a few latecomers
    let half = u64::try_from(length).unwrap_or(1) / 2;
    let day = i64::try_from(chance.below(half) + chance.below(half)).unwrap_or_default();
    let hour = 1 + i64::try_from(chance.below(9 * 60)).unwrap_or_default() / 60;
    let within = i64::try_from(chance.below(3_600_000)).unwrap_or_default();
    let mut came = begin + (first + day) * DAY + hour * HOUR + within;
    // some come when nearly all the others have
    if chance.is_in_thousand(60) {
        came = now - i64::try_from(chance.below(45)).unwrap_or_default() * DAY - within;
    }
    if let Some(other) = after {
        came = other + (2 + i64::try_from(chance.below(40)).unwrap_or_default()) * DAY + within;
    }
    // a phone that has been silent since brought it before
    if came > phone.last_seen_at {
        came = phone.last_seen_at - HOUR - within;
    }
    if !add(came, Event::Enrol) {
        return steps;
    }
    let mut days = |least: i64, most: u64| (least + i64::try_from(chance.below(most)).unwrap_or_default()) * DAY;
    let (until_decided, until_returned, until_mended) = (days(1, 12) + days(0, 18), days(1, 9), days(2, 16));
    let (end_after, withdraw_after) = (days(30, 250), days(1, 20));
    let mut at = came + until_decided + within % HOUR;
    if chance.is_in_thousand(12) {
        add(came + withdraw_after, Event::Withdraw);
        return steps;
    }
    if chance.is_in_thousand(70) {
        let returned = came + until_returned;
        let mended = returned + until_mended;
        let is_mended = chance.is_in_thousand(760) && mended <= phone.last_seen_at;
        if !add(returned, Event::Return) || !is_mended || !add(mended, Event::Correct) {
            return steps;
        }
        at = mended + until_decided;
    }
    if chance.is_in_thousand(42) {
        add(at, Event::Reject);
        return steps;
    }
    if !add(at, Event::Approve) {
        return steps;
    }
    // the list goes to BPJS at the end of a month, and cover begins with the next
    let Some((first, heard)) = first_of_next_month(at) else { return steps };
    let heard = heard + 2 * DAY + within;
    if chance.is_in_thousand(25) || !add(heard, Event::Cover(first)) {
        return steps;
    }
    let over = (first + 365) * DAY - 7 * HOUR + 10 * 60_000;
    if chance.is_in_thousand(14) {
        let end = heard + end_after;
        if end < over && add(end, Event::End(u8::try_from(chance.below(3)).unwrap_or_default())) {
            return steps;
        }
    }
    add(over, Event::RunOut);
    steps
}

/// The first day of the month after a time: its number and its beginning here in Unix milliseconds.
fn first_of_next_month(at: i64) -> Option<(i64, i64)> {
    let day = crate::context::day_here(crate::context::moment(at));
    let next = Date::new(day.year(), day.month(), 1).ok()?.checked_add(jiff::Span::new().months(1)).ok()?;
    let number = crate::context::day_number(next);
    Some((number, number * DAY - 7 * HOUR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_is_in_order_and_ends_before_now() {
        let now = 1_795_000_000_000;
        for record in 0..5_000 {
            let mut chance = Chance::of(7, u64::from(record), 2);
            let phone = Phone { last_seen_at: now - i64::from(record % 60) * DAY };
            let steps = of(&mut chance, now, record % 2 == 0, &phone, None, record);
            assert!(steps.is_sorted_by_key(|step| step.at), "{steps:?}");
            assert!(steps.iter().all(|step| step.at < now) && steps[0].event == Event::Enrol);
            let brought = steps.iter().filter(|step| matches!(step.event, Event::Enrol | Event::Correct));
            assert!(brought.into_iter().all(|step| step.at <= phone.last_seen_at), "{steps:?}");
        }
    }
}
