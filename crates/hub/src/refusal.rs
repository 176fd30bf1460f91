//! Whom BPJS refuses: back to the kader with the place kept, into the next file, or the end of it.

use crate::decision::DecisionError;
use crate::ending::{Note, note_in};
use crate::error::HubError;
use crate::hub::Hub;
use crate::places;
use crate::store::audit;
use crate::store::export::{self, Asked};
use crate::store::record::{self, RecordRow};
use crate::store::sql::Transaction;
use payung_domain::RecordId;
use payung_domain::state::{Comment, EndReason, Event, State};

/// What the office does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The data are wrong: the kader mends them. The place is kept.
    Return(Comment),
    /// The data are right: into the next file.
    Again,
    /// It ends here.
    End(EndReason),
}

/// Settles the refusal of a record as it stood at the change `seen`.
pub fn settle(hub: &Hub, id: RecordId, seen: i64, choice: Choice, actor: &str) -> Result<State, DecisionError> {
    hub.store.write(|transaction| {
        let row = record::get(transaction, id)?.ok_or(DecisionError::NotFound)?;
        let asked = export::of_record(transaction, id)?.filter(|asked| asked.state == "refused");
        let asked = asked.ok_or(DecisionError::Stale)?;
        if row.change_seq != seen {
            return Err(DecisionError::Stale);
        }
        let now = hub.context.now().as_millisecond();
        export::answer(transaction, &asked, "settled", &asked.reason, now)?;
        match choice {
            Choice::End(reason) => note_in(hub, transaction, id, seen, Note::Ended(reason), actor),
            Choice::Again => {
                audit::add(transaction, now, actor, "record.again", &format!("record:{id}"))?;
                Ok(row.state)
            }
            Choice::Return(comment) => give_back(hub, transaction, row, comment, actor),
        }
    })
}

fn give_back(
    hub: &Hub,
    transaction: &Transaction,
    row: RecordRow,
    comment: Comment,
    actor: &str,
) -> Result<State, DecisionError> {
    let now = hub.context.now().as_millisecond();
    let (before, place) = match row.state {
        State::Placed { place, .. } => (row.state.key(), place),
        _ => return Err(DecisionError::Illegal),
    };
    let state = row.state.after(Event::Bounce(vec![comment])).map_err(|_| DecisionError::Illegal)?;
    record::set_state(transaction, row.id, &state, now, actor)?;
    // the person has heard of the place: a slip in the data does not cost it
    let pool = places::pool(transaction, hub.programme(&row.programme)?, row.village)?;
    if let (Some(place), Some(pool)) = (place, pool) {
        pool.keep(transaction, place, &row.device_id, row.id)?;
    }
    let subject = format!("record:{}", row.id);
    audit::add_change(transaction, now, actor, "record.bounce", &subject, (before, state.key()))?;
    Ok(state)
}

/// The office's own end of a record leaves no question to BPJS open.
pub fn close(transaction: &Transaction, id: RecordId, now: i64) -> Result<(), HubError> {
    let is_refused = |asked: &Asked| asked.state == "refused";
    if let Some(asked) = export::of_record(transaction, id)?.filter(is_refused) {
        export::answer(transaction, &asked, "settled", &asked.reason, now)?;
    }
    Ok(())
}
