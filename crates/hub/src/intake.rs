//! One pushed revision: taken with a receipt, or refused with a reason. Never both, never neither.

use crate::context::moment;
use crate::decision;
use crate::error::HubError;
use crate::examine;
use crate::hub::Hub;
use crate::places;
use crate::store::device::{self, Device};
use crate::store::record::{self, NewRevision};
use crate::store::sql::{self, Transaction};
use crate::store::village::VillageRow;
use crate::store::{concern, worker_key};
use payung_domain::ids::ContentHash;
use payung_domain::state::{Event, State};
use payung_domain::wire::{MOST_PHOTO_BYTES, Receipt, RecordPush, Refusal, RefusalReason};
use payung_domain::{Enrolment, RecordId};
use serde_json::value::RawValue;

/// An enrolment's JSON has about 1.4 kB; nothing honest has more than this, in bytes.
const MOST_ENROLMENT_BYTES: usize = 32 << 10;
/// Photos of one enrolment.
const MOST_PHOTOS: usize = 8;
/// A phone counts its revisions one by one; one far ahead would leave no number for the next correction.
const MOST_REVISIONS_AHEAD: u32 = 1000;
/// Characters of one text in an enrolment; the phone takes 200 at most.
const LONGEST_TEXT: usize = 400;

/// What becomes of a pushed revision.
pub enum Taken {
    /// It is held, durable once the transaction is.
    Receipt(Receipt),
    /// It can't be taken.
    Refusal(Refusal),
}

/// Takes one revision, once: the same bytes again give the same receipt. `clock_offset` is how far the phone's clock is
/// behind ours, in milliseconds.
pub fn take(
    hub: &Hub,
    transaction: &Transaction,
    device: &Device,
    village: &VillageRow,
    push: &RecordPush,
    (now, clock_offset): (i64, i64),
) -> Result<Taken, HubError> {
    match plan(transaction, device, village, push)? {
        Plan::Keep => {}
        Plan::Refuse(reason) => {
            tracing::info!(record = %push.id, revision = push.revision, ?reason, "refused");
            return Ok(Taken::Refusal(Refusal { id: push.id, revision: push.revision, reason }));
        }
        Plan::Add { enrolment, state } => {
            let new = NewRevision {
                id: push.id,
                revision: push.revision,
                body: push.enrolment.get(),
                enrolment: &enrolment,
                saved_at: push.saved_at.as_millisecond(),
                clock_offset,
                sequence: push.sequence,
                device_id: &device.id,
                village: device.village,
            };
            let before = record::get(transaction, push.id)?.map(|row| row.nik);
            record::add_revision(transaction, &new, &state, now)?;
            if let Some(key) = &enrolment.worker_key {
                worker_key::put(transaction, key, push.id, now)?;
            }
            concern::set_position(transaction, push.id, enrolment.position)?;
            let (nik, programme) = (&enrolment.identity.nik, &enrolment.programme);
            if decision::is_agreed_elsewhere(hub, transaction, nik, push.id, programme)? {
                decision::return_twin(transaction, push.id, state, now)?;
            } else {
                places::keep(hub, transaction, device, village, push.id, push.place)?;
                examine::renew(hub, transaction, push.id)?;
            }
            let nik = enrolment.identity.nik;
            for nik in before.into_iter().filter(|before| *before != nik).chain([nik]) {
                examine::renew_twins(hub, transaction, &nik, push.id)?;
            }
        }
    }
    let receipt = record::receipt(transaction, push.id, device.village)?;
    receipt.map(Taken::Receipt).ok_or(HubError::Corrupt("a record that was just taken"))
}

/// The newest revision of a record, for a phone that may go on with it and knows an older one.
pub fn newer(transaction: &Transaction, device: &Device, id: RecordId) -> sql::Result<Option<RecordPush>> {
    let Some(held) = record::get(transaction, id)? else { return Ok(None) };
    if !is_of(transaction, device, &held.device_id)? {
        return Ok(None);
    }
    let newest = record::revisions(transaction, id)?.pop();
    Ok(newest.and_then(|row| {
        let enrolment = RawValue::from_string(row.body).ok()?;
        let saved_at = moment(row.saved_at);
        Some(RecordPush { id, revision: row.revision, saved_at, sequence: None, place: None, enrolment })
    }))
}

enum Plan {
    /// It is here already.
    Keep,
    /// It is new.
    Add { enrolment: Box<Enrolment>, state: State },
    /// It can't be taken.
    Refuse(RefusalReason),
}

fn plan(transaction: &Transaction, device: &Device, village: &VillageRow, push: &RecordPush) -> sql::Result<Plan> {
    let held = record::get(transaction, push.id)?;
    if held.as_ref().is_some_and(|held| held.village != device.village) {
        return Ok(Plan::Refuse(RefusalReason::OtherVillage));
    }
    if held.as_ref().is_some_and(|held| push.revision <= held.revision) {
        // A receipt says that the pushed bytes are held: it is given for no others.
        let content = record::content_of(transaction, push.id, push.revision)?;
        let is_held = content == Some(ContentHash::of(push.enrolment.get()));
        return Ok(if is_held { Plan::Keep } else { Plan::Refuse(RefusalReason::Conflict) });
    }
    let highest = held.as_ref().map_or(0, |held| held.revision).saturating_add(MOST_REVISIONS_AHEAD);
    let is_others = match &held {
        Some(held) => !is_of(transaction, device, &held.device_id)?,
        None => false,
    };
    if push.revision > highest || is_others {
        return Ok(Plan::Refuse(RefusalReason::Conflict));
    }
    let enrolment = match checked(push, village) {
        Ok(enrolment) => Box::new(enrolment),
        Err(reason) => return Ok(Plan::Refuse(reason)),
    };
    Ok(match held.map(|held| held.state.after(Event::Correct)) {
        // The hub's first sight of a record is what the phone calls a receipt.
        None => Plan::Add { enrolment, state: State::Received },
        Some(Ok(state)) => Plan::Add { enrolment, state },
        Some(Err(_)) => Plan::Refuse(RefusalReason::AlreadyDecided),
    })
}

/// Whether a phone may go on with what another one began: its own, that of a blocked phone, or of the kader's phone before
/// this one.
pub fn is_of(transaction: &Transaction, device: &Device, owner: &str) -> sql::Result<bool> {
    if owner == device.id {
        return Ok(true);
    }
    let owner = device::get(transaction, owner)?;
    // Without names nothing says that two phones are one kader's.
    let is_same_kader = |owner: &Device| !owner.kader_name.is_empty() && owner.kader_name == device.kader_name;
    Ok(owner.is_none_or(|owner| owner.is_blocked || is_same_kader(&owner)))
}

/// What the JSON says, if it is an enrolment of this village for its programme.
fn checked(push: &RecordPush, village: &VillageRow) -> Result<Enrolment, RefusalReason> {
    let body = push.enrolment.get();
    if body.len() > MOST_ENROLMENT_BYTES || push.revision == 0 || i32::try_from(push.revision).is_err() {
        return Err(RefusalReason::Malformed);
    }
    let enrolment: Enrolment = serde_json::from_str(body).map_err(|_| RefusalReason::Malformed)?;
    if !is_within_bounds(&enrolment) {
        return Err(RefusalReason::Malformed);
    }
    if enrolment.programme != village.programme {
        return Err(RefusalReason::UnknownProgramme);
    }
    if enrolment.residence.village != village.code {
        return Err(RefusalReason::OtherVillage);
    }
    Ok(enrolment)
}

fn is_within_bounds(enrolment: &Enrolment) -> bool {
    let Enrolment { identity, contact, residence, work, heir, consent, photos, .. } = enrolment;
    let texts = [&identity.name, &identity.birth_place, &identity.address, &work.place, &heir.name];
    let more = [&contact.phone, &heir.phone, &enrolment.warning_reason].into_iter().flatten();
    let is_short = |text: &String| text.chars().count() <= LONGEST_TEXT && !text.chars().any(char::is_control);
    texts.into_iter().chain(more).chain([&consent.notice_version]).all(is_short)
        && !identity.name.trim().is_empty()
        && (1..=999).contains(&residence.rt)
        && (1..=999).contains(&residence.rw)
        && photos.len() <= MOST_PHOTOS
        && photos.iter().all(|photo| (1..=MOST_PHOTO_BYTES).contains(&photo.bytes))
}
