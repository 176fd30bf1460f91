//! The verification queue: each record is before one person at a time.
//!
//! A claim is a row with an end. The page that shows the record renews it; a decision, leaving the page, or time ends it.

use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::store::claim::{self, Claim, Counts, Desk};
use crate::store::sql::Connection;
use crate::store::{audit, record, verdict};
use jiff::tz::{Offset, TimeZone};
use payung_domain::RecordId;
use payung_domain::state::State;

/// How long a record stays before somebody who is not heard of. Pages renew it each minute; one without script has this
/// long for each record.
pub const HELD_MS: i64 = 5 * 60_000;
/// What was put aside, and claims that ran out, are forgotten after this.
const FORGOTTEN_MS: i64 = 3_600_000;
/// Of everybody's decisions so many make the median.
const NEWEST: u32 = 1_000;

/// A record's page as it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// There is nothing to decide.
    Nothing,
    /// It is before the asker, who has it in this view.
    Mine {
        /// Names the page when it is left.
        view: i64,
        /// The one that comes next.
        next: Option<RecordId>,
    },
    /// Somebody else has it.
    Theirs(Claim),
}

/// Opens a record's page: takes it if nobody has it, and sets the next one aside.
pub fn open(hub: &Hub, id: RecordId, user: &str) -> Result<Opened, HubError> {
    hub.store.write(|transaction| {
        let now = hub.context.now().as_millisecond();
        let Some(row) = record::get(transaction, id)? else { return Ok(Opened::Nothing) };
        let is_open = matches!(row.state, State::Received | State::Corrected | State::NeedsCorrection { .. });
        if !is_open || verdict::of(transaction, id)?.is_some() {
            return Ok(Opened::Nothing);
        }
        let before = claim::of(transaction, id)?;
        if !claim::take(transaction, id, user, (now, now + HELD_MS), false)? {
            return Ok(before.map_or(Opened::Nothing, Opened::Theirs));
        }
        // its photo was sent before its page: now it is seen
        if before.is_some_and(|claim| claim.user == user && claim.is_ahead && claim.is_fetched) {
            for sha256 in record::photos_held(transaction, id, row.revision)? {
                audit::add(transaction, now, &format!("user:{user}"), "photo.see", &format!("photo:{sha256}"))?;
            }
        }
        let desk = claim::desk(transaction, user)?;
        let next = claim::next(transaction, user, &desk, Some(id), true, now)?;
        if let Some(next) = next {
            claim::take(transaction, next, user, (now, now + HELD_MS), true)?;
        }
        let view = claim::of(transaction, id)?.map_or(0, |claim| claim.view);
        Ok(Opened::Mine { view, next })
    })
}

/// Goes on to the next record and takes it. One that is put aside comes up again when nothing else is left.
pub fn next(hub: &Hub, user: &str, skipped: Option<RecordId>) -> Result<Option<RecordId>, HubError> {
    hub.store.write(|transaction| {
        let now = hub.context.now().as_millisecond();
        claim::forget(transaction, now - FORGOTTEN_MS)?;
        if let Some(id) = skipped {
            claim::skip(transaction, user, id, now)?;
            if claim::of(transaction, id)?.is_some_and(|claim| claim.user == user) {
                claim::release(transaction, id)?;
            }
        }
        let desk = claim::desk(transaction, user)?;
        let mut found = claim::next(transaction, user, &desk, skipped, false, now)?;
        if found.is_none() && claim::unskip(transaction, user)? > 0 {
            found = claim::next(transaction, user, &desk, None, false, now)?;
        }
        if let Some(id) = found {
            claim::take(transaction, id, user, (now, now + HELD_MS), true)?;
        }
        Ok(found)
    })
}

/// Starts on a part of the queue, with what was put aside earlier.
pub fn start(hub: &Hub, user: &str, desk: &Desk) -> Result<Option<RecordId>, HubError> {
    hub.store.write::<_, HubError>(|transaction| {
        if claim::desk(transaction, user)? != *desk {
            claim::release_ahead(transaction, user)?;
            claim::set_desk(transaction, user, desk)?;
        }
        claim::unskip(transaction, user)?;
        Ok(())
    })?;
    next(hub, user, None)
}

/// Keeps what is open open; tells whether this record still is before the asker.
pub fn renew(hub: &Hub, id: RecordId, user: &str) -> Result<bool, HubError> {
    hub.store.write(|transaction| {
        let until = hub.context.now().as_millisecond() + HELD_MS;
        claim::renew(transaction, user, until)?;
        Ok(claim::of(transaction, id)?.is_some_and(|claim| claim.user == user))
    })
}

/// Leaves a record's page.
pub fn leave(hub: &Hub, id: RecordId, user: &str, view: i64) -> Result<(), HubError> {
    hub.store.write(|transaction| Ok(claim::leave(transaction, id, user, view).map(drop)?))
}

/// Takes a record from somebody who is gone.
pub fn take_over(hub: &Hub, id: RecordId, user: &str) -> Result<(), HubError> {
    hub.store.write(|transaction| {
        let now = hub.context.now().as_millisecond();
        let before = claim::of(transaction, id)?.map(|claim| format!("user:{}", claim.user)).unwrap_or_default();
        let actor = format!("user:{user}");
        claim::take_over(transaction, id, user, now, now + HELD_MS)?;
        Ok(audit::add_change(transaction, now, &actor, "claim.take", &format!("record:{id}"), (&before, &actor))?)
    })
}

/// What the queue's page says in numbers.
pub struct Summary {
    /// Of the asker's part of the queue.
    pub counts: Counts,
    /// How many the asker has decided today.
    pub mine: usize,
    /// From open to decided, in milliseconds: the median of the asker's today.
    pub my_median: Option<i64>,
    /// The same of everybody's newest.
    pub median: Option<i64>,
}

/// Counts for somebody's part of the queue.
pub fn summary(hub: &Hub, connection: &Connection, user: &str, desk: &Desk) -> Result<Summary, HubError> {
    let now = hub.context.now().as_millisecond();
    let mine = verdict::times_of(connection, user, midnight(now))?;
    Ok(Summary {
        counts: claim::counts(connection, user, &desk.village, now)?,
        mine: mine.len(),
        my_median: median(mine),
        median: median(verdict::newest_times(connection, NEWEST)?),
    })
}

/// When today began in western Indonesian time.
fn midnight(now: i64) -> i64 {
    let here = moment(now).to_zoned(TimeZone::fixed(Offset::constant(7)));
    here.start_of_day().map_or(now, |start| start.timestamp().as_millisecond())
}

/// The middle one; of an even number the upper of the two.
fn median(mut times: Vec<i64>) -> Option<i64> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}
