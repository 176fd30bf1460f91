//! What the hub does not hold yet.

use super::answer::text_is_held;
use super::{Result, photo, record, setting};
use jiff::{SignedDuration, Timestamp};
use payung_domain::state::Event;
use payung_domain::wire::RecordPush;
use payung_domain::{RecordId, State};
use rusqlite::{Connection, Transaction, params};
use serde_json::value::RawValue;

/// How long a batch may be under way before it counts as not sent.
const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// Queues a revision; it takes the place of an older one that has not gone.
pub(crate) fn queue(tx: &Transaction, record_number: i64, revision: u32, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO outbox (record_number, revision, saved_at, sequence) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (record_number) DO UPDATE SET revision = excluded.revision, saved_at = excluded.saved_at,
            sequence = excluded.sequence, lease_until = '', is_text_held = 0, refusal = ''",
        // whole seconds: the rest would cost bytes and says nothing
        params![record_number, revision, format!("{now:.0}"), setting::next_sequence(tx)?],
    )?;
    Ok(())
}

/// Ends leases: all of them when the app starts, because no other process sends; else those that ran out.
pub(crate) fn end_leases(tx: &Transaction, now: Option<Timestamp>) -> Result<()> {
    let mut statement = tx.prepare_cached("SELECT record_number, lease_until FROM outbox WHERE lease_until <> ''")?;
    let leased = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    for row in leased.collect::<rusqlite::Result<Vec<_>>>()? {
        let until: Option<Timestamp> = row.1.parse().ok();
        // a lease further away than any lease lasts comes from a clock that was turned back since
        let runs = now.zip(until).is_some_and(|(now, until)| until > now && until.duration_since(now) <= LEASE);
        if !runs {
            tx.execute("UPDATE outbox SET lease_until = '' WHERE record_number = ?1", [row.0])?;
        }
    }
    Ok(())
}

/// Gives back what was taken for sending and did not go.
pub(crate) fn stop_sending(tx: &Transaction, ids: &[RecordId]) -> Result<()> {
    for id in ids {
        let number = record::number(tx, *id)?;
        tx.execute("UPDATE outbox SET lease_until = '' WHERE record_number = ?1", [number])?;
    }
    Ok(())
}

/// Takes the next batch for sending, oldest first, under a lease: at most so many records and bytes of text, but one always.
pub(crate) fn take_batch(tx: &Transaction, most: (usize, usize), now: Timestamp) -> Result<Vec<RecordPush>> {
    let until = now.checked_add(LEASE).unwrap_or(now).to_string();
    let batch = batch_after(tx, 0, "AND o.lease_until = ''", most, now)?;
    for (number, _) in &batch {
        tx.execute("UPDATE outbox SET lease_until = ?2 WHERE record_number = ?1", params![number, until])?;
    }
    Ok(batch.into_iter().map(|(_, push)| push).collect())
}

/// All text that the hub does not hold, in batches, for another phone to carry. It stays queued.
pub(crate) fn everything(tx: &Transaction, most: (usize, usize), now: Timestamp) -> Result<Vec<Vec<RecordPush>>> {
    let (mut batches, mut last) = (Vec::new(), 0);
    loop {
        let batch = batch_after(tx, last, "", most, now)?;
        let Some((number, _)) = batch.last() else { return Ok(batches) };
        last = *number;
        batches.push(batch.into_iter().map(|(_, push)| push).collect());
    }
}

/// The next records after one that are to be sent, with their numbers; what leaves the phone is noted.
fn batch_after(
    tx: &Transaction,
    after: i64,
    condition: &str,
    (most, most_bytes): (usize, usize),
    now: Timestamp,
) -> Result<Vec<(i64, RecordPush)>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT o.record_number, r.id, o.revision, o.saved_at, r.enrolment, o.sequence, r.place
         FROM outbox o JOIN record r ON r.number = o.record_number
         WHERE o.is_text_held = 0 AND o.refusal = '' AND o.record_number > ?2 {condition} ORDER BY o.record_number LIMIT ?1"
    ))?;
    let mut rows = statement.query(params![i64::try_from(most).unwrap_or(i64::MAX), after])?;
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let (number, id, text): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(4)?);
        bytes += text.len();
        if bytes > most_bytes && !batch.is_empty() {
            break;
        }
        let Ok(id) = id.parse() else { continue };
        let (revision, saved_at) = (row.get(2)?, row.get::<_, String>(3)?.parse().unwrap_or(now));
        tx.execute(
            "INSERT OR IGNORE INTO sent (record_number, revision, enrolment) VALUES (?1, ?2, ?3)",
            params![number, revision, text],
        )?;
        // a row from before saves were counted has none
        let sequence = Some(row.get::<_, u32>(5)?).filter(|sequence| *sequence > 0).map(u64::from);
        let enrolment = RawValue::from_string(text)?;
        batch.push((number, RecordPush { id, revision, saved_at, sequence, place: row.get(6)?, enrolment }));
    }
    Ok(batch)
}

/// How many of these still wait to be sent.
pub(crate) fn unsettled(db: &Connection, ids: &[RecordId]) -> Result<usize> {
    let sql = "SELECT EXISTS (SELECT 1 FROM outbox o JOIN record r ON r.number = o.record_number
               WHERE r.id = ?1 AND o.is_text_held = 0 AND o.refusal = '')";
    let mut statement = db.prepare_cached(sql)?;
    let mut count = 0;
    for id in ids {
        count += usize::from(statement.query_row([id.to_string()], |row| row.get::<_, bool>(0))?);
    }
    Ok(count)
}

/// Whether text waits for a batch.
pub(crate) fn has_waiting(db: &Connection) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE is_text_held = 0 AND refusal = '' AND lease_until = '')";
    Ok(db.query_row(sql, [], |row| row.get(0))?)
}

/// Records whose text is at the hub and of whose photos some have left the phone and were not receipted: a cut may have come
/// between the last byte and the receipt.
pub(crate) fn awaiting(db: &Connection, most: usize) -> Result<Vec<RecordId>> {
    let mut statement = db.prepare_cached(
        "SELECT r.id FROM outbox o JOIN record r ON r.number = o.record_number
         WHERE o.is_text_held = 1 AND EXISTS (SELECT 1 FROM photo p
             WHERE p.record_number = o.record_number AND p.in_record = 1 AND p.is_held = 0 AND p.upload_url <> '')
         ORDER BY o.record_number LIMIT ?1",
    )?;
    let rows = statement.query_map([i64::try_from(most).unwrap_or(i64::MAX)], |row| row.get::<_, String>(0))?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.iter().filter_map(|id| id.parse().ok()).collect())
}

/// The photos of a record go with the next sync, whatever the link.
pub(crate) fn hurry(tx: &Transaction, id: RecordId) -> Result<()> {
    let number = record::number(tx, id)?;
    tx.execute("UPDATE outbox SET is_urgent = 1 WHERE record_number = ?1", [number])?;
    Ok(())
}

/// Queues every record that is not at its end, with its photos: another hub holds none of it.
pub(crate) fn queue_everything(tx: &Transaction) -> Result<()> {
    tx.execute("UPDATE photo SET is_held = 0, upload_url = ''", [])?;
    tx.execute(
        "INSERT INTO outbox (record_number, revision, saved_at)
            SELECT number, revision, touched_at FROM record
            WHERE revision > 0 AND state ->> 'state' NOT IN ('ended', 'rejected', 'withdrawn')
         ON CONFLICT (record_number) DO UPDATE SET is_text_held = 0, lease_until = '', refusal = ''",
        [],
    )?;
    Ok(())
}

/// Gives up a correction that came too late: the record is again what the office decided on, in the state that it gave.
pub(crate) fn give_up_correction(tx: &Transaction, id: RecordId) -> Result<()> {
    let stored = record::by_id(tx, id)?;
    let decided = record::timeline(tx, stored.number)?
        .into_iter()
        .rev()
        .find(|entry| !matches!(entry.state, State::Draft | State::Queued | State::Sending | State::Corrected))
        .ok_or(super::StoreError::NoSuchRecord)?;
    let text: String = tx.query_row(
        "SELECT enrolment FROM sent WHERE record_number = ?1 AND revision = ?2",
        params![stored.number, decided.revision],
        |row| row.get(0),
    )?;
    record::set_content(tx, stored.number, decided.revision, &text)?;
    tx.execute(
        "DELETE FROM sent WHERE record_number = ?1 AND revision > ?2",
        params![stored.number, decided.revision],
    )?;
    tx.execute("UPDATE outbox SET revision = ?2 WHERE record_number = ?1", params![stored.number, decided.revision])?;
    photo::settle(tx, stored.number)?;
    // its photos may still be on the way
    text_is_held(tx, stored.number)?;
    record::set_state(tx, stored.number, decided.revision, &decided.state, decided.at)?;
    Ok(())
}

/// The state in which a saved record waits: a first save is queued, a later one is a correction.
pub(crate) fn next_state(state: &State) -> Option<State> {
    match state {
        State::Draft => state.clone().after(Event::Save).ok(),
        // not at the hub yet: still a first save, with other content
        State::Queued | State::Sending => Some(State::Queued),
        _ => state.clone().after(Event::Correct).ok(),
    }
}
