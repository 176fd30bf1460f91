//! Many records without any warning, approved together after somebody has looked at a sample of them.
//!
//! What is approved is what was there when the batch was made: whoever changed since, is open at somebody else's, or has a
//! warning by now is left out and stays in the queue.

use crate::decision::{DecisionError, Verdict, decide_in};
use crate::error::HubError;
use crate::examine;
use crate::hub::Hub;
use crate::store::batch::{self, Batch, Member, Stage};
use crate::store::sql::{Connection, SqlError, Transaction};
use crate::store::{BREATH, audit, claim, record, verdict};
use payung_domain::RecordId;
use payung_domain::state::State;

/// Records of one batch.
pub const MOST: u32 = 1_000;
/// So many must be looked at, or all when there are fewer.
pub const SAMPLE: usize = 10;
/// Approvals in one transaction: phones sync in between.
const SLICE: u32 = 50;

/// Why a batch does not go on.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// There is no such batch of this person, or no such record in it.
    #[error("no such batch")]
    NotFound,
    /// It is over, or was approved already.
    #[error("the batch is over")]
    Over,
    /// The photo of the sample was not seen.
    #[error("the photo was not looked at")]
    NotSeen,
    /// Not every sample was looked at.
    #[error("samples are left to look at")]
    SamplesLeft,
    /// The hub failed.
    #[error(transparent)]
    Hub(#[from] HubError),
}

impl From<SqlError> for BatchError {
    fn from(error: SqlError) -> Self {
        Self::Hub(error.into())
    }
}

/// Makes a batch of what has no warning now, in a village or everywhere; nothing when there is none.
pub fn begin(hub: &Hub, user: &str, village: &str) -> Result<Option<String>, HubError> {
    let now = hub.context.now().as_millisecond();
    // outside of the writer: each is looked at anew, and phones must not wait for that
    let mut records = hub.store.read::<_, HubError>(|connection| {
        let mut clean = Vec::new();
        for id in batch::clean(connection, user, village, now, MOST)? {
            let Some(row) = record::get(connection, id)? else { continue };
            if examine::examine_newest(hub, connection, &row)?.is_clean() {
                clean.push((id, row.change_seq));
            }
        }
        Ok(clean)
    })?;
    if records.is_empty() {
        return Ok(None);
    }
    let sample = SAMPLE.min(records.len());
    for index in 0..sample {
        let left = (records.len() - index) as u64;
        // 64 random bits to a thousand records: no remainder is likelier than another by what matters
        let offset = u64::from_le_bytes(hub.context.random()?) % left;
        records.swap(index, index + usize::try_from(offset).unwrap_or(0));
    }
    let id = hex::encode(hub.context.random::<16>()?);
    let new = Batch { id, user: user.into(), village: village.into(), made_at: now, stage: Stage::Looking };
    hub.store.write::<_, HubError>(|transaction| {
        batch::add(transaction, &new, &records, sample)?;
        let many = records.len().to_string();
        Ok(audit::add_change(transaction, now, &format!("user:{user}"), "batch.make", &subject(&new.id), ("", &many))?)
    })?;
    Ok(Some(new.id))
}

/// A batch of this person.
pub fn of(connection: &Connection, id: &str, user: &str) -> Result<Batch, BatchError> {
    batch::get(connection, id)?.filter(|batch| batch.user == user).ok_or(BatchError::NotFound)
}

/// Somebody has looked at a sample and found it good. Its photos must have been shown to them since the batch was made.
pub fn look(hub: &Hub, id: &str, record: RecordId, user: &str) -> Result<(), BatchError> {
    hub.store.write(|transaction| {
        let batch = of(transaction, id, user)?;
        if batch.stage != Stage::Looking {
            return Err(BatchError::Over);
        }
        let (now, actor) = (hub.context.now().as_millisecond(), format!("user:{user}"));
        let row = record::get(transaction, record)?.ok_or(BatchError::NotFound)?;
        for sha256 in record::photos_held(transaction, record, row.revision)? {
            if !audit::has(transaction, &actor, "photo.see", &format!("photo:{sha256}"), batch.made_at)? {
                return Err(BatchError::NotSeen);
            }
        }
        if !batch::set_looked_at(transaction, id, record, now)? {
            return Err(BatchError::NotFound);
        }
        Ok(audit::add_change(transaction, now, &actor, "batch.look", &format!("record:{record}"), ("", &subject(id)))?)
    })
}

/// A sample was not good, or somebody thought better of it: nothing of the batch is approved.
pub fn give_up(hub: &Hub, id: &str, user: &str) -> Result<(), BatchError> {
    hub.store.write(|transaction| {
        if of(transaction, id, user)?.stage != Stage::Looking {
            return Err(BatchError::Over);
        }
        batch::set_stage(transaction, id, Stage::GivenUp)?;
        let now = hub.context.now().as_millisecond();
        Ok(audit::add(transaction, now, &format!("user:{user}"), "batch.give_up", &subject(id))?)
    })
}

/// Approves what is left of a batch, slice by slice. A hub that ends in between leaves a batch that can go on.
pub fn approve(hub: &Hub, id: &str, user: &str) -> Result<(), BatchError> {
    hub.store.write::<_, BatchError>(|transaction| {
        let batch = of(transaction, id, user)?;
        match batch.stage {
            Stage::Running => return Ok(()),
            Stage::Looking => {}
            Stage::Done | Stage::GivenUp => return Err(BatchError::Over),
        }
        if batch::sample(transaction, id)?.iter().any(|member| !member.is_looked_at) {
            return Err(BatchError::SamplesLeft);
        }
        batch::set_stage(transaction, id, Stage::Running)?;
        let now = hub.context.now().as_millisecond();
        Ok(audit::add(transaction, now, &format!("user:{user}"), "batch.approve", &subject(id))?)
    })?;
    while hub.store.write(|transaction| approve_slice(hub, transaction, id, user))? {
        std::thread::sleep(BREATH);
    }
    Ok(())
}

/// Tells whether there may be more.
fn approve_slice(hub: &Hub, transaction: &Transaction, id: &str, user: &str) -> Result<bool, HubError> {
    // another call may have ended it meanwhile
    let slice = batch::to_do(transaction, id, SLICE)?;
    for member in &slice {
        let outcome = approve_one(hub, transaction, id, member, user)?;
        batch::set_outcome(transaction, id, member.position, &outcome)?;
    }
    if slice.is_empty() {
        batch::set_stage(transaction, id, Stage::Done)?;
    }
    Ok(!slice.is_empty())
}

fn approve_one(
    hub: &Hub,
    transaction: &Transaction,
    id: &str,
    member: &Member,
    user: &str,
) -> Result<String, HubError> {
    let now = hub.context.now().as_millisecond();
    let record = member.record;
    let Some(row) = record::get(transaction, record)? else { return Ok("changed".into()) };
    let is_undecided = matches!(row.state, State::Received | State::Corrected);
    if row.change_seq != member.seen || !is_undecided || verdict::of(transaction, record)?.is_some() {
        return Ok("changed".into());
    }
    if claim::of(transaction, record)?.is_some_and(|claim| claim.user != user && claim.until > now) {
        return Ok("claimed".into());
    }
    if !examine::examine_newest(hub, transaction, &row)?.is_clean() {
        return Ok("concern".into());
    }
    claim::release(transaction, record)?;
    let actor = format!("user:{user}");
    match decide_in(hub, transaction, record, member.seen, Verdict::Approve, &actor) {
        Ok(state) => {
            audit::add_change(transaction, now, &actor, "batch.take", &format!("record:{record}"), ("", &subject(id)))?;
            Ok(state.key().into())
        }
        Err(DecisionError::Hub(error)) => Err(error),
        Err(_) => Ok("changed".into()),
    }
}

/// As the audit names a batch.
fn subject(id: &str) -> String {
    format!("batch:{id}")
}
