//! What the hub does not hold yet, and what its answers change.

use super::{Result, photo, record, setting, theirs};
use jiff::{SignedDuration, Timestamp};
use payung_domain::ids::ContentHash;
use payung_domain::state::Event;
use payung_domain::wire::{Change, Receipt, RecordPush, Refusal, RefusalReason, SyncResponse};
use payung_domain::{Enrolment, RecordId, State};
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

/// Takes over an answer whose signature was checked, all of it in this transaction; tells how many records of this phone
/// have a new state. `pushed` are the revisions that were sent, `asked` the records whose receipts were asked for, `now` is
/// by this phone's clock.
pub(crate) fn apply(
    tx: &Transaction,
    answer: &SyncResponse,
    pushed: &[(RecordId, u32)],
    asked: &[RecordId],
    now: Timestamp,
) -> Result<u32> {
    // before the receipts, which are for these
    let is_conflict = |newer: &RecordPush| {
        answer.refusals.iter().any(|refusal| refusal.id == newer.id && refusal.reason == RefusalReason::Conflict)
    };
    for newer in &answer.newer {
        match record::by_id(tx, newer.id).optional()? {
            Some(stored) if is_conflict(newer) && is_readable(newer) => theirs::keep(tx, stored.number, newer)?,
            Some(_) => apply_newer(tx, newer, pushed)?,
            None => {}
        }
    }
    let mut receipted = Vec::new();
    for receipt in &answer.receipts {
        if apply_receipt(tx, receipt)? {
            receipted.push(receipt.id);
        }
    }
    for id in asked.iter().filter(|id| !receipted.contains(id)) {
        // the hub held it once and does not any more: it was restored from an old backup
        tx.execute(
            "UPDATE outbox SET is_text_held = 0 WHERE record_number = (SELECT number FROM record WHERE id = ?1)",
            [id.to_string()],
        )?;
    }
    answer.refusals.iter().try_for_each(|refusal| apply_refusal(tx, refusal))?;
    let mut news = 0;
    for change in &answer.changes {
        news += u32::from(apply_change(tx, change)?);
    }
    if let Some(mut village) = answer.village.clone().or(setting::village(tx)?) {
        village.places = answer.places.unwrap_or(village.places);
        setting::set(tx, setting::VILLAGE, &village)?;
    }
    setting::set(tx, setting::LEASE, &answer.lease)?;
    setting::set_hub_time(tx, now, answer.hub_time)?;
    setting::set(tx, setting::CURSOR, &answer.cursor)?;
    Ok(news)
}

/// A later app may have written it: what this one can't read must not stop the rest of the answer.
fn is_readable(newer: &RecordPush) -> bool {
    serde_json::from_str::<Enrolment>(newer.enrolment.get()).is_ok()
}

/// The hub holds a later revision of what was sent: this phone was restored from an old backup, or the kader has a second one.
/// What was saved here since is not overwritten.
fn apply_newer(tx: &Transaction, newer: &RecordPush, pushed: &[(RecordId, u32)]) -> Result<()> {
    let Some(stored) = record::by_id(tx, newer.id).optional()? else { return Ok(()) };
    if newer.revision <= stored.revision || !pushed.contains(&(newer.id, stored.revision)) {
        return Ok(());
    }
    if !is_readable(newer) {
        return Ok(());
    }
    record::set_content(tx, stored.number, newer.revision, newer.enrolment.get())?;
    tx.execute("UPDATE outbox SET revision = ?2 WHERE record_number = ?1", params![stored.number, newer.revision])?;
    photo::settle(tx, stored.number)
}

/// Takes over what the hub answered to a parcel that another phone has carried.
pub(crate) fn apply_parcel(tx: &Transaction, receipts: &[Receipt], refusals: &[Refusal]) -> Result<()> {
    for receipt in receipts {
        apply_receipt(tx, receipt)?;
    }
    refusals.iter().try_for_each(|refusal| apply_refusal(tx, refusal))
}

/// A receipt counts for exactly the bytes that it names; what was saved since stays in the queue. Tells whether it is for
/// the revision that is saved now.
fn apply_receipt(tx: &Transaction, receipt: &Receipt) -> Result<bool> {
    let Some(stored) = record::by_id(tx, receipt.id).optional()? else { return Ok(false) };
    let text = stored.enrolment.unwrap_or_default();
    if receipt.revision != stored.revision || receipt.content != ContentHash::of(&text) {
        return Ok(false);
    }
    let held = serde_json::to_string(&receipt.photos_held)?;
    // exactly what is listed: a restored hub may have lost a photo
    tx.execute(
        "UPDATE photo SET is_held = sha256 IN (SELECT value FROM json_each(?2))
         WHERE record_number = ?1 AND in_record = 1",
        params![stored.number, held],
    )?;
    tx.execute("UPDATE photo SET upload_url = '' WHERE record_number = ?1 AND is_held = 1", [stored.number])?;
    tx.execute(
        "DELETE FROM sent WHERE record_number = ?1 AND revision < ?2",
        params![stored.number, receipt.revision],
    )?;
    tx.execute("UPDATE record SET place = ?2 WHERE number = ?1", params![stored.number, receipt.place])?;
    photo::settle(tx, stored.number)?;
    if let Ok(state) = stored.state.after(Event::Receipt) {
        record::set_state(tx, stored.number, receipt.revision, &state, receipt.received_at)?;
    }
    text_is_held(tx, stored.number)?;
    Ok(true)
}

/// The hub holds the saved revision's text; with all its photos the record leaves the queue.
fn text_is_held(tx: &Transaction, record_number: i64) -> Result<()> {
    tx.execute(
        "UPDATE outbox SET is_text_held = 1, lease_until = '', refusal = '' WHERE record_number = ?1",
        [record_number],
    )?;
    tx.execute(
        "DELETE FROM outbox WHERE record_number = ?1
            AND NOT EXISTS (SELECT 1 FROM photo WHERE record_number = ?1 AND in_record = 1 AND is_held = 0)",
        [record_number],
    )?;
    Ok(())
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

/// What the hub can't take is set aside with the reason; the rest goes on.
fn apply_refusal(tx: &Transaction, refusal: &Refusal) -> Result<()> {
    let Some(stored) = record::by_id(tx, refusal.id).optional()? else {
        return Ok(());
    };
    tx.execute(
        "UPDATE outbox SET refusal = ?3, lease_until = '' WHERE record_number = ?1 AND revision = ?2",
        params![stored.number, refusal.revision, serde_json::to_string(&refusal.reason)?],
    )?;
    Ok(())
}

/// The hub's word on a record. A correction that waits here stands over a judgement of what it corrects.
fn apply_change(tx: &Transaction, change: &Change) -> Result<bool> {
    let Some(stored) = record::by_id(tx, change.id).optional()? else { return Ok(false) };
    if change.revision > stored.revision && stored.revision > 0 {
        // what is here is old: once it is sent again, the answer brings what the hub holds
        tx.execute(
            "INSERT OR IGNORE INTO outbox (record_number, revision, saved_at)
                SELECT number, revision, touched_at FROM record WHERE number = ?1",
            [stored.number],
        )?;
    }
    let is_overtaken = change.revision < stored.revision && !change.state.is_final();
    if is_overtaken {
        record::add_event(tx, stored.number, change.revision, &change.state, change.at)?;
        return Ok(true);
    }
    if matches!(change.state, State::NeedsCorrection { .. }) {
        // of the second of two enrolments none is kept; the next receipt tells
        tx.execute("UPDATE record SET place = NULL WHERE number = ?1", [stored.number])?;
    }
    record::set_state(tx, stored.number, change.revision, &change.state, change.at)
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

/// Turns "no such record" into nothing: the hub may speak of records that another phone of the village made.
trait Optional<T> {
    fn optional(self) -> Result<Option<T>>;
}

impl<T> Optional<T> for Result<T> {
    fn optional(self) -> Result<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(super::StoreError::NoSuchRecord) => Ok(None),
            Err(error) => Err(error),
        }
    }
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
