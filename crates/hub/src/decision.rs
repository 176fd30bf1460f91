//! What the office decides about a record, and what follows from it.

use crate::error::HubError;
use crate::hub::Hub;
use crate::places;
use crate::store::{audit, record};
use payung_domain::RecordId;
use payung_domain::state::{Comment, Event, RejectReason, State};

/// What the office says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Approve,
    /// Mend these fields first.
    Return(Vec<Comment>),
    /// No.
    Reject(RejectReason, String),
}

/// Why a verdict was not taken. The record is as it was.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// There is no such record.
    #[error("no such record")]
    NotFound,
    /// Something happened to the record since the page was drawn: look again.
    #[error("the record has changed since")]
    Stale,
    /// The record's state does not allow it.
    #[error("the state does not allow it")]
    Illegal,
    /// The hub failed.
    #[error(transparent)]
    Hub(#[from] HubError),
}

impl From<rusqlite::Error> for DecisionError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Hub(error.into())
    }
}

/// Takes a verdict on the record as it stood at the change `seen`; an approval gives a place or a rank with it.
pub fn decide(hub: &Hub, id: RecordId, seen: i64, verdict: Verdict, actor: &str) -> Result<State, DecisionError> {
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        let row = record::get(transaction, id)?.ok_or(DecisionError::NotFound)?;
        if row.change_seq != seen {
            return Err(DecisionError::Stale);
        }
        let (act, event) = match verdict {
            Verdict::Approve => ("record.approve", Event::Approve),
            Verdict::Return(comments) => ("record.return", Event::Return(comments)),
            Verdict::Reject(reason, words) => ("record.reject", Event::Reject(reason, words)),
        };
        let mut state = row.state.after(event).map_err(|_| DecisionError::Illegal)?;
        record::set_state(transaction, id, &state, now, actor)?;
        if state == State::Verified {
            let programme = hub.catalogue.programme(&row.programme).ok_or_else(|| HubError::Programme {
                name: row.programme.to_string(),
                reason: "a record names it, but there is no such programme".into(),
            })?;
            let (quota, used) = places::places_in(transaction, programme, row.village)?;
            state = state.after(places::after_approval(quota, &used)).map_err(|_| DecisionError::Illegal)?;
            record::set_state(transaction, id, &state, now, "hub")?;
        }
        audit::add(transaction, now, actor, act, &format!("record:{id}"))?;
        Ok(state)
    })
}
