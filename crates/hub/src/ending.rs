//! What follows an approval: cover begins, and one day it ends. A place that becomes free goes to the next in line.

use crate::card;
use crate::context::{day_here, day_number};
use crate::decision::DecisionError;
use crate::error::HubError;
use crate::examine;
use crate::hub::Hub;
use crate::line;
use crate::refusal;
use crate::store::record::RecordRow;
use crate::store::sql::Transaction;
use crate::store::{BREATH, audit, lease, quota, record};
use jiff::civil::Date;
use payung_domain::state::{EndReason, Event, State};
use payung_domain::{Kpj, RecordId};

/// Covers that end in one transaction.
const ENDED_AT_ONCE: u32 = 100;

/// What the office notes about a record that it has agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// BPJS covers the person: with a number, so that nobody is covered without a card.
    Covered {
        /// The membership's.
        kpj: Kpj,
        /// First day of cover.
        from: Date,
        /// Last day of cover.
        until: Date,
    },
    /// The person or the village takes it back; before the office has decided, too.
    Withdrawn,
    /// The person has died, moved, or needs it no more.
    Ended(EndReason),
}

/// Takes a note on the record as it stood at the change `seen`.
pub fn note(hub: &Hub, id: RecordId, seen: i64, note: Note, actor: &str) -> Result<State, DecisionError> {
    hub.store.write(|transaction| note_in(hub, transaction, id, seen, note, actor))
}

/// The same as a part of a larger transaction.
pub fn note_in(
    hub: &Hub,
    transaction: &Transaction,
    id: RecordId,
    seen: i64,
    note: Note,
    actor: &str,
) -> Result<State, DecisionError> {
    let row = record::get(transaction, id)?.ok_or(DecisionError::NotFound)?;
    if row.change_seq != seen {
        return Err(DecisionError::Stale);
    }
    let (act, event) = match note {
        Note::Covered { from, until, .. } if from > until => return Err(DecisionError::Illegal),
        Note::Covered { from, until, .. } => ("record.cover", Event::Activate { from, until }),
        Note::Withdrawn => ("record.withdraw", Event::Withdraw),
        Note::Ended(reason) => ("record.end", Event::End(reason)),
    };
    let state = take(hub, transaction, &row, event, (act, actor))?;
    if let Note::Covered { kpj, from, until } = note {
        card::sign(hub, transaction, &row, kpj, (from, until))?;
    }
    Ok(state)
}

fn take(
    hub: &Hub,
    transaction: &Transaction,
    row: &RecordRow,
    event: Event,
    (act, actor): (&str, &str),
) -> Result<State, DecisionError> {
    let now = hub.context.now().as_millisecond();
    let before = row.state.key();
    let state = row.state.clone().after(event).map_err(|_| DecisionError::Illegal)?;
    record::set_state(transaction, row.id, &state, now, actor)?;
    if state.is_final() {
        refusal::close(transaction, row.id, now)?;
        lease::let_go(transaction, row.id)?;
        examine::renew_twins(hub, transaction, &row.nik, row.id)?;
        line::move_up(hub, transaction, &row.programme, row.village, now)?;
    }
    audit::add_change(transaction, now, actor, act, &format!("record:{}", row.id), (before, state.key()))?;
    Ok(state)
}

/// Ends the covers whose last day has passed; tells how many.
pub fn end_covers(hub: &Hub) -> Result<usize, HubError> {
    let today = day_number(day_here(hub.context.now()));
    let mut ended = 0;
    loop {
        let done = hub.store.write(|transaction| {
            let over = quota::cover_over(transaction, today, ENDED_AT_ONCE)?;
            for &id in &over {
                let row = record::get(transaction, id)?.ok_or(HubError::Corrupt("a cover"))?;
                let end = Event::End(EndReason::CoverOver);
                take(hub, transaction, &row, end, ("record.end", "hub")).map_err(|error| match error {
                    DecisionError::Hub(error) => error,
                    _ => HubError::Corrupt("a cover"),
                })?;
            }
            Ok::<_, HubError>(over.len())
        })?;
        if done == 0 {
            return Ok(ended);
        }
        ended += done;
        std::thread::sleep(BREATH);
    }
}
