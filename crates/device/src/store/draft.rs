//! Records while they are typed: every key press is a row.

use super::{Result, StoreError, outbox, photo, place, record, theirs};
use crate::draft::DraftView;
use jiff::Timestamp;
use payung_domain::{Draft, Enrolment, Field, RecordId, State};
use rusqlite::{Connection, Transaction, params};

/// Starts a record with some fields filled in.
pub(crate) fn start(tx: &Transaction, id: RecordId, fields: &Draft, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO record (id, state, is_editing, touched_at) VALUES (?1, ?2, 1, ?3)",
        params![id.to_string(), serde_json::to_string(&State::Draft)?, now.to_string()],
    )?;
    fields.fields().try_for_each(|(field, text)| set_field(tx, id, field, text, now))
}

/// Takes one field as typed.
pub(crate) fn set_field(tx: &Transaction, id: RecordId, field: Field, text: &str, now: Timestamp) -> Result<()> {
    let number = record::open_number(tx, id)?;
    tx.execute(
        "INSERT INTO draft_field (record_number, field, value) VALUES (?1, ?2, ?3)
         ON CONFLICT (record_number, field) DO UPDATE SET value = excluded.value",
        params![number, field.key(), text],
    )?;
    let column = match field {
        Field::Nik => Some("UPDATE record SET touched_at = ?2, nik = ?3 WHERE number = ?1 AND revision = 0"),
        Field::Name => Some("UPDATE record SET touched_at = ?2, name = ?3 WHERE number = ?1 AND revision = 0"),
        _ => None,
    };
    match column {
        // the list shows a new record under what has been typed so far
        Some(sql) => tx.execute(sql, params![number, now.to_string(), text])?,
        None => tx.execute("UPDATE record SET touched_at = ?2 WHERE number = ?1", params![number, now.to_string()])?,
    };
    Ok(())
}

/// Opens a saved record for a correction; an open one stays as it is.
pub(crate) fn reopen(tx: &Transaction, id: RecordId, now: Timestamp) -> Result<()> {
    let row = record::by_id(tx, id)?;
    if row.is_editing {
        return Ok(());
    }
    let text = row.enrolment.ok_or(StoreError::NoSuchRecord)?;
    let enrolment: Enrolment = serde_json::from_str(&text)?;
    tx.execute("UPDATE record SET is_editing = 1 WHERE number = ?1", [row.number])?;
    tx.execute("DELETE FROM draft_field WHERE record_number = ?1", [row.number])?;
    tx.execute("UPDATE photo SET in_draft = in_record WHERE record_number = ?1", [row.number])?;
    let draft = match theirs::merged(tx, id)? {
        Some((merged, _)) => merged,
        None => Draft::from(&enrolment),
    };
    draft.fields().try_for_each(|(field, text)| set_field(tx, id, field, text, now))
}

/// What was typed so far.
pub(crate) fn view(db: &Connection, id: RecordId) -> Result<DraftView> {
    let row = record::by_id(db, id)?;
    let mut draft = Draft::default();
    let mut statement = db.prepare_cached("SELECT field, value FROM draft_field WHERE record_number = ?1")?;
    let fields = statement.query_map([row.number], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))?;
    for field in fields {
        let (key, value) = field?;
        if let Some(field) = Field::from_key(&key) {
            draft.set(field, value);
        }
    }
    let photos = photo::of_draft(db, row.number)?;
    Ok(DraftView { id, draft, photos, state: row.state, is_editing: row.is_editing, revision: row.revision })
}

/// Turns the draft into the record's next revision and queues it, in the same transaction.
pub(crate) fn save(tx: &Transaction, id: RecordId, enrolment: &Enrolment, next: State, now: Timestamp) -> Result<()> {
    let row = record::by_id(tx, id)?;
    if !row.is_editing {
        return Err(StoreError::NotOpen);
    }
    // after a conflict it follows what the hub holds
    let revision = row.revision.max(theirs::revision(tx, row.number)?.unwrap_or(0)) + 1;
    theirs::settle(tx, row.number)?;
    tx.execute(
        "UPDATE record SET state = ?2, revision = ?3, enrolment = ?4, nik = ?5, name = ?6, is_editing = 0,
                touched_at = ?7 WHERE number = ?1",
        params![
            row.number,
            serde_json::to_string(&next)?,
            revision,
            serde_json::to_string(enrolment)?,
            enrolment.identity.nik.digits(),
            enrolment.identity.name,
            now.to_string()
        ],
    )?;
    tx.execute("DELETE FROM draft_field WHERE record_number = ?1", [row.number])?;
    photo::close_draft(tx, row.number)?;
    record::add_event(tx, row.number, revision, &next, now)?;
    if revision == 1 {
        place::promise(tx, row.number, now)?;
    }
    outbox::queue(tx, row.number, revision, now)
}

/// Throws away what was typed: a new record as a whole, a correction back to what was saved.
pub(crate) fn discard(tx: &Transaction, id: RecordId) -> Result<()> {
    let row = record::by_id(tx, id)?;
    if row.enrolment.is_none() {
        tx.execute("DELETE FROM record WHERE number = ?1", [row.number])?;
        return Ok(());
    }
    tx.execute("DELETE FROM draft_field WHERE record_number = ?1", [row.number])?;
    tx.execute("UPDATE record SET is_editing = 0 WHERE number = ?1", [row.number])?;
    photo::close_draft(tx, row.number)
}
