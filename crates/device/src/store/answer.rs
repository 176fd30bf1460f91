//! What the hub's answers change. A receipt counts for exactly the bytes that it names, and nothing that was saved here since is
//! overwritten.

use super::{Result, card, outbox, outcome, photo, place, record, setting, slip, theirs};
use jiff::Timestamp;
use payung_domain::ids::ContentHash;
use payung_domain::state::Event;
use payung_domain::wire::{Change, Pushed, Receipt, RecordPush, Refusal, RefusalReason, SyncResponse};
use payung_domain::{Enrolment, RecordId, State};
use rusqlite::{Transaction, params};

/// Takes over an answer whose signature was checked, all of it in this transaction; tells how many records of this phone
/// have a new state. `pushed` are the revisions that were sent, `asked` the records whose receipts were asked for, `now` is
/// by this phone's clock.
pub(crate) fn apply(
    tx: &Transaction,
    answer: &SyncResponse,
    pushed: &[Pushed],
    asked: &[RecordId],
    now: Timestamp,
) -> Result<u32> {
    // before the receipts, which say what of it the hub still has
    if answer.restored_at != setting::get(tx, setting::RESTORED)?.flatten() {
        outbox::queue_everything(tx)?;
        setting::set(tx, setting::RESTORED, &answer.restored_at)?;
        outcome::tell_again(tx)?;
    }
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
    let issuer = card::issuer(tx)?;
    let mut news = 0;
    for change in &answer.changes {
        card::hear(tx, change, issuer.as_ref())?;
        news += u32::from(apply_change(tx, change)?);
    }
    if let Some(mut village) = answer.village.clone().or(setting::village(tx)?) {
        village.places = answer.places.unwrap_or(village.places);
        setting::set_village(tx, &village)?;
    }
    if let Some(certificate) = &answer.certificate {
        slip::take_certificate(tx, certificate)?;
    }
    setting::set(tx, setting::LEASE, &answer.lease)?;
    setting::set_hub_time(tx, now, answer.hub_time)?;
    setting::set(tx, setting::HEARD, &answer.hub_time)?;
    setting::set(tx, setting::CURSOR, &answer.cursor)?;
    Ok(news)
}

/// A later app may have written it: what this one can't read must not stop the rest of the answer.
fn is_readable(newer: &RecordPush) -> bool {
    serde_json::from_str::<Enrolment>(newer.enrolment.get()).is_ok()
}

/// The hub holds a later revision of what was sent: this phone was restored from an old backup, or the kader has a second one.
/// What was saved here since is not overwritten.
fn apply_newer(tx: &Transaction, newer: &RecordPush, pushed: &[Pushed]) -> Result<()> {
    let Some(stored) = record::by_id(tx, newer.id).optional()? else { return Ok(()) };
    if newer.revision <= stored.revision
        || !pushed.iter().any(|push| (push.id, push.revision) == (newer.id, stored.revision))
    {
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
        place::spend(tx, receipt.id)?;
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
pub(crate) fn text_is_held(tx: &Transaction, record_number: i64) -> Result<()> {
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
