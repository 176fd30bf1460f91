//! Enrolments: their revisions, where they stand, and what changed.

use super::card;
use super::sql::{self, Connection, OptionalExtension as _, Row, SqlError, Transaction, params};
use super::{from_json, parsed, to_json};
use crate::context::{day_number, moment};
use crate::rights::Scope;
use payung_domain::enrolment::Photo;
use payung_domain::ids::ContentHash;
use payung_domain::programme::ProgrammeId;
use payung_domain::region::VillageCode;
use payung_domain::state::State;
use payung_domain::wire::{Change, Receipt};
use payung_domain::{Enrolment, Nik, PhotoHash, RecordId, Sex};

/// Where one enrolment stands.
#[derive(Clone, Debug)]
pub struct RecordRow {
    /// Its id.
    pub id: RecordId,
    /// The village that enrolled it.
    pub village: VillageCode,
    /// What it is enrolled for.
    pub programme: ProgrammeId,
    /// The phone that sent it.
    pub device_id: String,
    /// The highest revision held.
    pub revision: u32,
    /// Where it stands.
    pub state: State,
    /// Number of its last change.
    pub change_seq: i64,
    /// Unix milliseconds of the first revision.
    pub received_at: i64,
    /// The person's, in the held revision.
    pub nik: Nik,
}

/// One revision as it came.
pub struct RevisionRow {
    /// From 1.
    pub revision: u32,
    /// Hash of `body`.
    pub content: ContentHash,
    /// The JSON byte for byte.
    pub body: String,
    /// Unix milliseconds by the phone's clock.
    pub saved_at: i64,
    /// Unix milliseconds.
    pub received_at: i64,
    /// The phone that sent it.
    pub device_id: String,
    /// How far the phone's clock was behind ours when it was sent, in milliseconds.
    pub clock_offset: Option<i64>,
}

/// A revision on its way in.
pub struct NewRevision<'a> {
    /// The enrolment.
    pub id: RecordId,
    /// Its number.
    pub revision: u32,
    /// The JSON byte for byte.
    pub body: &'a str,
    /// What the JSON says.
    pub enrolment: &'a Enrolment,
    /// Unix milliseconds by the phone's clock.
    pub saved_at: i64,
    /// How far that clock is behind ours, in milliseconds.
    pub clock_offset: i64,
    /// Counts the saves on the phone.
    pub sequence: Option<u64>,
    /// The phone.
    pub device_id: &'a str,
    /// The phone's village.
    pub village: VillageCode,
}

const COLUMNS: &str = "id, village, programme, revision, state_json, change_seq, received_at, device_id, nik";

fn row(row: &Row) -> sql::Result<RecordRow> {
    Ok(RecordRow {
        id: parsed(&row.get::<_, String>(0)?)?,
        village: parsed(&row.get::<_, String>(1)?)?,
        programme: parsed(&row.get::<_, String>(2)?)?,
        revision: row.get(3)?,
        state: from_json(&row.get::<_, String>(4)?)?,
        change_seq: row.get(5)?,
        received_at: row.get(6)?,
        device_id: row.get(7)?,
        nik: Nik::parse(&row.get::<_, String>(8)?).map_err(|_| SqlError::Unreadable)?,
    })
}

/// One record.
pub fn get(connection: &Connection, id: RecordId) -> sql::Result<Option<RecordRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM record WHERE id = ?1"))?
        .query_row([id.to_string()], row)
        .optional()
}

/// One record, if it is of a village that the asker may see.
pub fn get_within(connection: &Connection, id: RecordId, scope: Scope) -> sql::Result<Option<RecordRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM record WHERE id = ?1 AND (?2 = '' OR village = ?2)"))?
        .query_row([id.to_string(), scope.sql()], row)
        .optional()
}

/// Whether no phone has sent any.
pub fn is_empty(connection: &Connection) -> sql::Result<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM record)", [], |row| row.get(0))
}

/// The content hash of one revision, if it is held.
pub fn content_of(connection: &Connection, id: RecordId, revision: u32) -> sql::Result<Option<ContentHash>> {
    connection
        .prepare_cached("SELECT content FROM revision WHERE record_id = ?1 AND revision = ?2")?
        .query_row(params![id.to_string(), revision], |row| parsed(&row.get::<_, String>(0)?))
        .optional()
}

/// Every revision that is held, oldest first.
pub fn revisions(connection: &Connection, id: RecordId) -> sql::Result<Vec<RevisionRow>> {
    connection
        .prepare_cached(
            "SELECT revision, content, body, saved_at, received_at, device_id, clock_offset
             FROM revision WHERE record_id = ?1 ORDER BY revision",
        )?
        .query_map([id.to_string()], |row| {
            Ok(RevisionRow {
                revision: row.get(0)?,
                content: parsed(&row.get::<_, String>(1)?)?,
                body: row.get(2)?,
                saved_at: row.get(3)?,
                received_at: row.get(4)?,
                device_id: row.get(5)?,
                clock_offset: row.get(6)?,
            })
        })?
        .collect()
}

/// Adds a record's first revision or its next, and its state after that.
pub fn add_revision(transaction: &Transaction, new: &NewRevision, state: &State, now: i64) -> sql::Result<()> {
    let id = new.id.to_string();
    let identity = &new.enrolment.identity;
    transaction
        .prepare_cached(
            "INSERT INTO record (id, village, programme, device_id, revision, state, state_json, change_seq, nik,
                 name, received_at, changed_at, occupation, role, sex, birth_date)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10, ?10, ?11, ?12, ?13, ?14)
             ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, device_id = excluded.device_id,
                 programme = excluded.programme, nik = excluded.nik, name = excluded.name,
                 occupation = excluded.occupation, role = excluded.role, sex = excluded.sex,
                 birth_date = excluded.birth_date",
        )?
        .execute(params![
            id,
            new.village.to_string(),
            new.enrolment.programme.as_str(),
            new.device_id,
            new.revision,
            state.key(),
            to_json(state)?,
            identity.nik.digits(),
            identity.name,
            now,
            new.enrolment.work.occupation.as_ref().map_or("", |id| id.0.as_str()),
            new.enrolment.work.role.as_ref().map_or("", |id| id.0.as_str()),
            sex_key(identity.sex),
            identity.birth_date.to_string(),
        ])?;
    transaction
        .prepare_cached(
            "INSERT INTO revision
                 (record_id, revision, content, body, saved_at, received_at, device_id, clock_offset, sequence)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            id,
            new.revision,
            ContentHash::of(new.body).to_string(),
            new.body,
            new.saved_at,
            now,
            new.device_id,
            new.clock_offset,
            new.sequence.map(number)
        ])?;
    for Photo { kind, sha256, .. } in &new.enrolment.photos {
        transaction
            .prepare_cached(
                "INSERT INTO revision_photo (record_id, revision, sha256, kind) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![id, new.revision, sha256.to_string(), kind.key()])?;
    }
    set_state(transaction, new.id, state, now, &format!("device:{}", new.device_id))
}

/// As the JSON has it.
fn sex_key(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "male",
        Sex::Female => "female",
    }
}

/// Moves a record to a state and notes the change for its village's phones.
pub fn set_state(transaction: &Transaction, id: RecordId, state: &State, now: i64, actor: &str) -> sql::Result<()> {
    let state_json = to_json(state)?;
    let seq = transaction
        .prepare_cached(
            "INSERT INTO change (record_id, village, revision, state_json, at, actor)
             SELECT id, village, revision, ?2, ?3, ?4 FROM record WHERE id = ?1 RETURNING seq",
        )?
        .query_row(params![id.to_string(), state_json, now, actor], |row| row.get::<_, i64>(0))
        .optional()?
        .unwrap_or_default();
    let (place, rank) = match state {
        State::Placed { place, .. } => (*place, None),
        State::WaitingList { rank, .. } => (None, Some(*rank)),
        _ => (None, None),
    };
    let (from, until) = match state {
        State::Active { from, until } => (Some(day_number(*from)), Some(day_number(*until))),
        _ => (None, None),
    };
    transaction
        .prepare_cached(
            "UPDATE record SET state = ?2, state_json = ?3, change_seq = ?4, changed_at = ?5, rank = ?7,
                 place = CASE WHEN ?2 = 'active' THEN place ELSE ?6 END,
                 line = CASE WHEN ?2 = 'waiting_list' THEN line END,
                 told_at = CASE WHEN ?2 IN ('placed', 'active') THEN coalesce(told_at, ?5)
                     WHEN ?2 IN ('waiting_list', 'rejected', 'withdrawn', 'ended') THEN NULL ELSE told_at END,
                 lost_at = CASE WHEN ?2 IN ('placed', 'active') THEN NULL ELSE lost_at END,
                 covered_from = coalesce(?8, covered_from), covered_until = coalesce(?9, covered_until)
             WHERE id = ?1",
        )?
        .execute(params![id.to_string(), state.key(), state_json, seq, now, place, rank, from, until])?;
    // whoever lost the place to a smaller quota is still covered, and the card holds
    if state.is_final() {
        card::end(transaction, id, now)?;
    }
    Ok(())
}

/// Says a record's state again, so that its village's phones hear what has been added to it.
pub fn say_again(transaction: &Transaction, id: RecordId, now: i64, actor: &str) -> sql::Result<()> {
    let seq = transaction
        .prepare_cached(
            "INSERT INTO change (record_id, village, revision, state_json, at, actor)
             SELECT id, village, revision, state_json, ?2, ?3 FROM record WHERE id = ?1 RETURNING seq",
        )?
        .query_row(params![id.to_string(), now, actor], |row| row.get::<_, i64>(0))?;
    transaction
        .prepare_cached("UPDATE record SET change_seq = ?2 WHERE id = ?1")?
        .execute(params![id.to_string(), seq])?;
    Ok(())
}

/// What the hub holds of a record that is this village's.
pub fn receipt(connection: &Connection, id: RecordId, village: VillageCode) -> sql::Result<Option<Receipt>> {
    let held = connection
        .prepare_cached(
            "SELECT record.revision, content, revision.received_at, place_kept.place FROM record
             JOIN revision ON revision.record_id = id AND revision.revision = record.revision
             LEFT JOIN lease AS place_kept ON place_kept.record_id = id WHERE id = ?1 AND record.village = ?2",
        )?
        .query_row(params![id.to_string(), village.to_string()], |row| {
            Ok((row.get(0)?, parsed::<ContentHash>(&row.get::<_, String>(1)?)?, moment(row.get(2)?), row.get(3)?))
        })
        .optional()?;
    let Some((revision, content, received_at, place)) = held else { return Ok(None) };
    let photos_held = photos_held(connection, id, revision)?;
    Ok(Some(Receipt { id, revision, content, photos_held, received_at, place }))
}

/// The photos of a revision whose bytes are complete.
pub fn photos_held(connection: &Connection, id: RecordId, revision: u32) -> sql::Result<Vec<PhotoHash>> {
    connection
        .prepare_cached(
            "SELECT sha256 FROM revision_photo JOIN photo USING (sha256)
             WHERE record_id = ?1 AND revision = ?2 ORDER BY sha256",
        )?
        .query_map(params![id.to_string(), revision], |row| parsed(&row.get::<_, String>(0)?))?
        .collect()
}

/// Up to `most` changes of a village after a cursor, oldest first, each with its number, and with the card where one holds.
pub fn changes(
    connection: &Connection,
    village: VillageCode,
    after: u64,
    most: usize,
) -> sql::Result<Vec<(u64, Change)>> {
    let mut changes: Vec<(u64, Change)> = connection
        .prepare_cached(
            "SELECT seq, record_id, revision, state_json, at FROM change
             WHERE village = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
        )?
        .query_map(params![village.to_string(), number(after), number(most as u64)], |row| {
            let change = Change {
                id: parsed(&row.get::<_, String>(1)?)?,
                revision: row.get(2)?,
                state: from_json(&row.get::<_, String>(3)?)?,
                at: moment(row.get(4)?),
                card: None,
            };
            Ok((row.get::<_, i64>(0)?.unsigned_abs(), change))
        })?
        .collect::<sql::Result<_>>()?;
    // who lost the place to a smaller quota while covered is covered for what is paid
    let has_card = |state: &State| {
        use State::{Active, Placed, WaitingList};
        matches!(
            state,
            Active { .. } | WaitingList { covered_until: Some(_), .. } | Placed { covered_until: Some(_), .. }
        )
    };
    for (_, change) in changes.iter_mut().filter(|(_, change)| has_card(&change.state)) {
        change.card = card::held_by(connection, change.id)?.map(|card| card.body);
    }
    Ok(changes)
}

/// Number of the last change of all; 0 before the first.
pub fn last_change(connection: &Connection) -> sql::Result<u64> {
    connection
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM change")?
        .query_row([], |row| row.get::<_, i64>(0).map(i64::unsigned_abs))
}

/// Whether a change of this village has this number.
pub fn is_change_of(connection: &Connection, village: VillageCode, seq: u64) -> sql::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM change WHERE village = ?1 AND seq = ?2)")?
        .query_row(params![village.to_string(), number(seq)], |row| row.get(0))
}

/// Changes of one record with their actors, oldest first.
pub fn history(connection: &Connection, id: RecordId) -> sql::Result<Vec<(Change, String)>> {
    connection
        .prepare_cached("SELECT revision, state_json, at, actor FROM change WHERE record_id = ?1 ORDER BY seq")?
        .query_map([id.to_string()], |row| {
            let state = from_json(&row.get::<_, String>(1)?)?;
            Ok((Change { id, revision: row.get(0)?, state, at: moment(row.get(2)?), card: None }, row.get(3)?))
        })?
        .collect()
}

/// A cursor of 64 bits may be forged; the database counts with 63.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The person's name in the held revision.
pub fn name_of(connection: &Connection, id: RecordId) -> sql::Result<String> {
    connection.prepare_cached("SELECT name FROM record WHERE id = ?1")?.query_row([id.to_string()], |row| row.get(0))
}
