//! A verdict waits a moment before it takes effect, so that who said it can take it back. Until then the record is as it
//! was: no place has moved, no phone has heard anything. docs/adr/0015-verification.md says why.

use crate::decision::{DecisionError, Verdict, decide_in};
use crate::error::HubError;
use crate::hub::Hub;
use crate::queue;
use crate::store::sql::Transaction;
use crate::store::verdict::{self, Held};
use crate::store::{audit, claim, record};
use payung_domain::RecordId;

/// Takes a verdict of somebody who has the record before them, as it stood at the change `seen`. It takes effect when the
/// hub's time to think it over has passed.
pub fn give(hub: &Hub, id: RecordId, seen: i64, verdict: Verdict, user: &str) -> Result<(), DecisionError> {
    hub.store.write(|transaction| {
        let now = hub.context.now().as_millisecond();
        let row = record::get(transaction, id)?.ok_or(DecisionError::NotFound)?;
        let open = match claim::of(transaction, id)? {
            Some(claim) if claim.user == user => claim,
            Some(claim) if claim.until > now => return Err(DecisionError::Claimed(claim.user)),
            _ => return Err(DecisionError::NotClaimed),
        };
        if row.change_seq != seen || verdict::of(transaction, id)?.is_some() {
            return Err(DecisionError::Stale);
        }
        row.state.clone().after(verdict.clone().event()).map_err(|_| DecisionError::Illegal)?;
        let held = Held {
            record: id,
            user: user.to_owned(),
            seen,
            opened_at: open.since,
            decided_at: now,
            due_at: now + hub.settings.undo_seconds * 1000,
            verdict,
        };
        claim::release(transaction, id)?;
        if held.due_at <= now {
            verdict::add(transaction, &held, Some(now))?;
            return decide_in(hub, transaction, id, seen, held.verdict, &actor(user)).map(drop);
        }
        verdict::add(transaction, &held, None)?;
        let after = format!("{} held", held.verdict.key());
        let words = (row.state.key(), after.as_str());
        Ok(audit::add_change(transaction, now, &actor(user), "verdict.give", &subject(id), words)?)
    })
}

/// Takes back what somebody said of a record, if it has not taken effect; the record is before them again.
pub fn undo(hub: &Hub, id: RecordId, user: &str) -> Result<(), DecisionError> {
    hub.store.write(|transaction| {
        let now = hub.context.now().as_millisecond();
        let held = verdict::of(transaction, id)?.filter(|held| held.user == user).ok_or(DecisionError::TooLate)?;
        verdict::remove(transaction, &held)?;
        // what is open at the moment comes right after it
        claim::put_back(transaction, user)?;
        claim::take(transaction, id, user, (now, now + queue::HELD_MS), false)?;
        let before = format!("{} held", held.verdict.key());
        let state = record::get(transaction, id)?.ok_or(DecisionError::NotFound)?.state;
        let words = (before.as_str(), state.key());
        Ok(audit::add_change(transaction, now, &actor(user), "verdict.undo", &subject(id), words)?)
    })
}

/// Lets every verdict take effect whose time has come; tells how many. One of a record that has changed meanwhile lapses:
/// it was said of something else. One that fails holds no other one up; of such failures the first is told at the end.
pub fn apply_due(hub: &Hub) -> Result<usize, HubError> {
    let now = hub.context.now().as_millisecond();
    let due = hub.store.read::<_, HubError>(|connection| Ok(verdict::due(connection, now)?))?;
    let (mut applied, mut failure) = (0, None);
    for id in due {
        match hub.store.write(|transaction| apply(hub, transaction, id, now)) {
            Ok(is_applied) => applied += usize::from(is_applied),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    failure.map_or(Ok(applied), Err)
}

fn apply(hub: &Hub, transaction: &Transaction, id: RecordId, now: i64) -> Result<bool, HubError> {
    // another process may have been faster, or it was taken back, and something else was said since
    let Some(held) = verdict::of(transaction, id)?.filter(|held| held.due_at <= now) else { return Ok(false) };
    if !verdict::set_applied(transaction, &held, now)? {
        return Ok(false);
    }
    match decide_in(hub, transaction, held.record, held.seen, held.verdict.clone(), &actor(&held.user)) {
        Ok(_) => Ok(true),
        Err(DecisionError::Hub(error)) => Err(error),
        Err(_) => {
            verdict::remove(transaction, &held)?;
            let before = format!("{} held", held.verdict.key());
            audit::add_change(transaction, now, "hub", "verdict.lapse", &subject(held.record), (&before, ""))?;
            Ok(false)
        }
    }
}

fn actor(user: &str) -> String {
    format!("user:{user}")
}

fn subject(id: RecordId) -> String {
    format!("record:{id}")
}
