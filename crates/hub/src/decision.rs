//! What the office decides about a record, and what follows from it.

use crate::error::HubError;
use crate::examine;
use crate::hub::Hub;
use crate::line;
use crate::places;
use crate::store::sql::{self, Connection, SqlError, Transaction};
use crate::store::{audit, lease, record, search};
use payung_domain::programme::ProgrammeId;
use payung_domain::state::{Comment, Event, RejectReason, State};
use payung_domain::{Field, Nik, RecordId};
use serde::{Deserialize, Serialize};

/// What the kader of the second of two enrolments of one person reads.
const TWIN: &str = "NIK ini sudah disetujui lewat pendaftaran lain. Cocokkan lagi dengan KTP-nya. Bila orangnya memang sama, ia \
    sudah terdaftar dan catatan ini tidak perlu diteruskan.";

/// What the office says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Yes.
    Approve,
    /// Mend these fields first.
    Return(Vec<Comment>),
    /// No.
    Reject(RejectReason, String),
}

impl Verdict {
    /// As the audit and the database have it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Return(_) => "return",
            Self::Reject(..) => "reject",
        }
    }

    /// What it does to a record.
    pub fn event(self) -> Event {
        match self {
            Self::Approve => Event::Approve,
            Self::Return(comments) => Event::Return(comments),
            Self::Reject(reason, words) => Event::Reject(reason, words),
        }
    }
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
    /// Somebody else has the record before them.
    #[error("somebody else looks at it")]
    Claimed(String),
    /// The person has not opened the record, or has left it.
    #[error("the record is not open")]
    NotClaimed,
    /// What should be taken back has taken effect, or was somebody else's.
    #[error("it has taken effect")]
    TooLate,
    /// The hub failed.
    #[error(transparent)]
    Hub(#[from] HubError),
}

impl From<SqlError> for DecisionError {
    fn from(error: SqlError) -> Self {
        Self::Hub(error.into())
    }
}

/// Takes a verdict on the record as it stood at the change `seen`. An approval gives a place or a rank with it, unless the
/// person has one already: then this record is the double. What a refusal sets free goes to those who wait.
pub fn decide(hub: &Hub, id: RecordId, seen: i64, verdict: Verdict, actor: &str) -> Result<State, DecisionError> {
    hub.store.write(|transaction| decide_in(hub, transaction, id, seen, verdict, actor))
}

/// The same as a part of a larger transaction.
pub fn decide_in(
    hub: &Hub,
    transaction: &Transaction,
    id: RecordId,
    seen: i64,
    verdict: Verdict,
    actor: &str,
) -> Result<State, DecisionError> {
    let now = hub.context.now().as_millisecond();
    let row = record::get(transaction, id)?.ok_or(DecisionError::NotFound)?;
    if row.change_seq != seen {
        return Err(DecisionError::Stale);
    }
    let act = match verdict {
        Verdict::Approve => "record.approve",
        Verdict::Return(_) => "record.return",
        Verdict::Reject(..) => "record.reject",
    };
    let event = verdict.event();
    let is_double = event == Event::Approve && is_agreed_elsewhere(hub, transaction, &row.nik, id, &row.programme)?;
    let event = if is_double { Event::Reject(RejectReason::Duplicate, String::new()) } else { event };
    let before = row.state.key();
    let mut state = row.state.after(event).map_err(|_| DecisionError::Illegal)?;
    record::set_state(transaction, id, &state, now, actor)?;
    if state == State::Verified {
        let next = places::after_approval(hub, transaction, id, &row.programme, row.village, now)?;
        state = state.after(next).map_err(|_| DecisionError::Illegal)?;
        record::set_state(transaction, id, &state, now, "hub")?;
        for twin in search::undecided_twins(transaction, &row.nik, id)? {
            let twin = record::get(transaction, twin)?.ok_or(DecisionError::NotFound)?;
            if hub.catalogue.are_of_one_year(&row.programme, &twin.programme) {
                return_twin(transaction, twin.id, twin.state, now)?;
            }
        }
    }
    if state.is_final() {
        lease::let_go(transaction, id)?;
        examine::renew_twins(hub, transaction, &row.nik, id)?;
    }
    line::move_up(hub, transaction, &row.programme, row.village, now)?;
    // a place that has just become free may have come to this very record
    let state = record::get(transaction, id)?.ok_or(DecisionError::NotFound)?.state;
    audit::add_change(transaction, now, actor, act, &format!("record:{id}"), (before, state.key()))?;
    Ok(state)
}

/// Whether another record of the person has been agreed to for the same year. Last year's is no double: it is being renewed.
pub(crate) fn is_agreed_elsewhere(
    hub: &Hub,
    connection: &Connection,
    nik: &Nik,
    but: RecordId,
    programme: &ProgrammeId,
) -> sql::Result<bool> {
    let agreed = search::agreed_elsewhere(connection, nik, but)?;
    Ok(agreed.iter().any(|other| hub.catalogue.are_of_one_year(programme, other)))
}

/// Tells the kader of a second enrolment that the first one has been agreed to. A wrongly typed NIK can be mended; the
/// same person needs nothing more, and keeps no second place.
pub(crate) fn return_twin(transaction: &Transaction, id: RecordId, state: State, now: i64) -> Result<(), HubError> {
    let comment = Comment { field: Field::Nik, text: TWIN.to_owned() };
    let returned = state.after(Event::Return(vec![comment])).map_err(|_| HubError::Corrupt("an undecided record"))?;
    lease::let_go(transaction, id)?;
    Ok(record::set_state(transaction, id, &returned, now, "hub")?)
}
