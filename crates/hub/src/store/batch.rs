//! Records that are approved together, and the sample of them that somebody looks at first.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Row, Transaction, params};
use payung_domain::RecordId;

/// How far a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its sample is being looked at.
    Looking,
    /// Approved, and not all of it has been gone through.
    Running,
    /// All of it has been gone through.
    Done,
    /// A sample was not good, or somebody thought better of it.
    GivenUp,
}

impl Stage {
    /// As the database has it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Looking => "looking",
            Self::Running => "running",
            Self::Done => "done",
            Self::GivenUp => "given_up",
        }
    }

    fn of(key: &str) -> Self {
        [Self::Looking, Self::Running, Self::Done].into_iter().find(|stage| stage.key() == key).unwrap_or(Self::GivenUp)
    }
}

/// One batch.
#[derive(Clone, Debug)]
pub struct Batch {
    /// 32 hex digits.
    pub id: String,
    /// Whose it is.
    pub user: String,
    /// A village's code; empty for all.
    pub village: String,
    /// Unix milliseconds.
    pub made_at: i64,
    /// How far it is.
    pub stage: Stage,
}

/// One record of a batch.
#[derive(Clone, Debug)]
pub struct Member {
    /// From 1; the sample first.
    pub position: u32,
    /// The record.
    pub record: RecordId,
    /// Its last change when the batch was made.
    pub seen: i64,
    /// Must be looked at.
    pub is_sample: bool,
    /// Was looked at and found good.
    pub is_looked_at: bool,
    /// A state's key, or why it was left out; empty until its turn has come.
    pub outcome: String,
}

fn batch(row: &Row) -> sql::Result<Batch> {
    Ok(Batch {
        id: row.get(0)?,
        user: row.get(1)?,
        village: row.get(2)?,
        made_at: row.get(3)?,
        stage: Stage::of(&row.get::<_, String>(4)?),
    })
}

fn member(row: &Row) -> sql::Result<Member> {
    Ok(Member {
        position: row.get(0)?,
        record: parsed(&row.get::<_, String>(1)?)?,
        seen: row.get(2)?,
        is_sample: row.get::<_, i64>(3)? == 1,
        is_looked_at: row.get::<_, i64>(4)? == 1,
        outcome: row.get(5)?,
    })
}

const MEMBER: &str = "SELECT position, record_id, seen, is_sample, CASE WHEN looked_at IS NULL THEN 0 ELSE 1 END, outcome FROM batch_record";

/// Undecided records without any warning that nobody else has and no verdict is held for, the oldest first.
pub fn clean(connection: &Connection, user: &str, village: &str, now: i64, most: u32) -> sql::Result<Vec<RecordId>> {
    let within = if village.is_empty() { "?3 = ''" } else { "record.village = ?3" };
    connection
        .prepare_cached(&format!(
            "SELECT record.id FROM record WHERE record.state IN ('received', 'corrected') AND concerns = 0 AND {within}
             AND NOT EXISTS (SELECT 1 FROM verdict WHERE verdict.record_id = record.id AND applied_at IS NULL)
             AND NOT EXISTS (SELECT 1 FROM claim
                 WHERE claim.record_id = record.id AND claim.user_name <> ?1 AND claim.until > ?2)
             ORDER BY received_at, record.id LIMIT ?4"
        ))?
        .query_map(params![user, now, village, most], |row| parsed(&row.get::<_, String>(0)?))?
        .collect()
}

/// Makes a batch of these, each with its last change; the first `sample` of them must be looked at.
pub fn add(transaction: &Transaction, new: &Batch, records: &[(RecordId, i64)], sample: usize) -> sql::Result<()> {
    transaction
        .prepare_cached("INSERT INTO batch (id, user_name, village, made_at, stage) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![new.id, new.user, new.village, new.made_at, new.stage.key()])?;
    for (index, (id, seen)) in records.iter().enumerate() {
        transaction
            .prepare_cached(
                "INSERT INTO batch_record (batch_id, position, record_id, seen, is_sample) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![new.id, index as i64 + 1, id.to_string(), seen, i64::from(index < sample)])?;
    }
    Ok(())
}

/// One batch.
pub fn get(connection: &Connection, id: &str) -> sql::Result<Option<Batch>> {
    connection
        .prepare_cached("SELECT id, user_name, village, made_at, stage FROM batch WHERE id = ?1")?
        .query_row([id], batch)
        .optional()
}

/// Somebody's last batches, the newest first.
pub fn of_user(connection: &Connection, user: &str, most: u32) -> sql::Result<Vec<Batch>> {
    connection
        .prepare_cached(
            "SELECT id, user_name, village, made_at, stage FROM batch WHERE user_name = ?1 ORDER BY made_at DESC LIMIT ?2",
        )?
        .query_map(params![user, most], batch)?
        .collect()
}

/// The records that must be looked at.
pub fn sample(connection: &Connection, id: &str) -> sql::Result<Vec<Member>> {
    connection
        .prepare_cached(&format!("{MEMBER} WHERE batch_id = ?1 AND is_sample = 1 ORDER BY position"))?
        .query_map([id], member)?
        .collect()
}

/// Records whose turn has not come.
pub fn to_do(connection: &Connection, id: &str, most: u32) -> sql::Result<Vec<Member>> {
    connection
        .prepare_cached(&format!("{MEMBER} WHERE batch_id = ?1 AND outcome = '' ORDER BY position LIMIT ?2"))?
        .query_map(params![id, most], member)?
        .collect()
}

/// How many came to which end; an empty one is still to come.
pub fn outcomes(connection: &Connection, id: &str) -> sql::Result<Vec<(String, u32)>> {
    connection
        .prepare_cached(
            "SELECT outcome, count(*) FROM batch_record WHERE batch_id = ?1 GROUP BY outcome ORDER BY outcome",
        )?
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// The records that were left out.
pub fn left_out(connection: &Connection, id: &str, most: u32) -> sql::Result<Vec<Member>> {
    connection
        .prepare_cached(&format!(
            "{MEMBER} WHERE batch_id = ?1 AND outcome IN ('changed', 'claimed', 'concern') ORDER BY position LIMIT ?2"
        ))?
        .query_map(params![id, most], member)?
        .collect()
}

/// A sample was looked at and found good.
pub fn set_looked_at(transaction: &Transaction, id: &str, record: RecordId, now: i64) -> sql::Result<bool> {
    let set = transaction
        .prepare_cached(
            "UPDATE batch_record SET looked_at = ?3 WHERE batch_id = ?1 AND record_id = ?2 AND is_sample = 1",
        )?
        .execute(params![id, record.to_string(), now])?;
    Ok(set == 1)
}

/// What became of one.
pub fn set_outcome(transaction: &Transaction, id: &str, position: u32, outcome: &str) -> sql::Result<()> {
    transaction
        .prepare_cached("UPDATE batch_record SET outcome = ?3 WHERE batch_id = ?1 AND position = ?2")?
        .execute(params![id, position, outcome])
        .map(drop)
}

/// A batch goes on, or is over.
pub fn set_stage(transaction: &Transaction, id: &str, stage: Stage) -> sql::Result<()> {
    transaction.prepare_cached("UPDATE batch SET stage = ?2 WHERE id = ?1")?.execute(params![id, stage.key()]).map(drop)
}
