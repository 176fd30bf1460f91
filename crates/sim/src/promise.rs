//! What must hold, whatever strikes.

use crate::fault::Fault;
use crate::phone::Phone;
use crate::world::World;
use anyhow::{Context as _, Result, ensure};
use flate2::read::GzDecoder;
use jiff::SignedDuration;
use payung_device::Standing;
use payung_domain::enrolment::Photo;
use payung_domain::parcel::ParcelResponse;
use payung_domain::{Enrolment, Field, PhotoHash, RecordId, State};
use payung_hub::places;
use payung_hub::rights::Scope;
use payung_hub::store::search::{self, Begin, Filter, Found};
use payung_hub::store::{device, record, village};
use payung_hub::{Hub, HubError};
use std::collections::{BTreeSet, HashSet};

/// More records than any run makes.
const ALL: u32 = 100_000;

/// Every record that the hub holds.
pub fn held(hub: &Hub) -> Result<Vec<Found>> {
    let all =
        |connection: &_| Ok(search::page(connection, Scope::All, &Filter::default(), Begin::Start, ALL as usize)?);
    Ok(hub.store.read::<_, HubError>(all)?.rows)
}

/// What the hub holds of a record: the newest revision's number and content, and the record's state.
fn revision(hub: &Hub, id: RecordId) -> Result<Option<(u32, Enrolment, State)>> {
    let found = hub.store.read::<_, HubError>(|connection| {
        let Some(row) = record::get(connection, id)? else { return Ok(None) };
        Ok(record::revisions(connection, id)?.pop().map(|last| (row, last.body)))
    })?;
    let Some((row, body)) = found else { return Ok(None) };
    Ok(Some((row.revision, serde_json::from_str(&body)?, row.state)))
}

/// Whether a photo is on the hub's disk, byte for byte.
fn is_durable(hub: &Hub, photo: &Photo) -> bool {
    std::fs::read(hub.photos.path_of(photo.sha256)).is_ok_and(|bytes| PhotoHash::of(&bytes) == photo.sha256)
}

/// What a phone shows is true: nothing looks sent that the hub does not hold.
pub async fn phone_tells_the_truth(world: &World, phone: &Phone) -> Result<()> {
    let hub = world.hub.hub();
    let counts = phone.device.counts().await?;
    for row in phone.device.records("", ALL).await? {
        let view = phone.device.record(row.id).await?;
        let Some(enrolment) = view.enrolment else { continue };
        let on_hub = revision(&hub, row.id)?;
        if let Standing::State(state) = &view.row.standing {
            let is_here = matches!(state, State::Draft | State::Queued | State::Sending);
            ensure!(is_here || on_hub.is_some(), "{} shows {} and the hub has never seen it", row.id, state.key());
        }
        // a phone that was put back may have lost a photo that had not gone
        let is_certain = row.photos_to_send == 0 && !phone.behind.contains(&row.id);
        for photo in enrolment.photos.iter().filter(|_| is_certain) {
            ensure!(is_durable(&hub, photo), "{} shows no photo to send and the hub lacks one", row.id);
        }
        let is_set_aside = matches!(view.row.standing, Standing::SetAside(_));
        if counts.to_send == 0 && !is_set_aside && !phone.behind.contains(&row.id) {
            let content = on_hub.as_ref().map(|(_, content, _)| content);
            ensure!(content == Some(&enrolment), "nothing is to be sent and the hub holds other content of {}", row.id);
        }
    }
    for (id, confirmed) in phone.confirmed.iter().filter(|(id, _)| !phone.behind.contains(id)) {
        let kept = phone.device.record(*id).await?.enrolment;
        ensure!(kept.as_ref() == Some(confirmed), "the phone said that it saved {id} and has not kept it so");
    }
    Ok(())
}

/// What the app said about a record while it was filled in.
#[derive(Default)]
pub struct Seen {
    /// It is open.
    pub id: Option<RecordId>,
    /// What the phone had of it before.
    pub before: Option<Enrolment>,
    /// It has taken these texts.
    pub fields: Vec<(Field, String)>,
    /// It has taken this photo.
    pub photo: Option<PhotoHash>,
    /// It is saved.
    pub is_saved: bool,
    /// Where the person works, as it was to be saved.
    pub workplace: String,
}

/// Whatever the app has said while a record was filled in is on the phone, and each photo is whole.
pub async fn what_was_said_is_kept(phone: &Phone, seen: &Seen) -> Result<()> {
    let Some(id) = seen.id else { return Ok(()) };
    let view = phone.device.draft(id).await?;
    ensure!(!seen.is_saved || !view.is_editing, "{id} was saved and is open");
    for (field, text) in seen.fields.iter().filter(|_| view.is_editing) {
        ensure!(view.draft.get(*field) == text, "{} of {id} was taken and is gone", field.key());
    }
    for sha256 in seen.photo.iter().filter(|_| view.is_editing) {
        ensure!(view.photos.iter().any(|photo| photo.sha256 == *sha256), "a photo of {id} was taken and is gone");
    }
    for photo in &view.photos {
        let bytes = phone.device.photo(id, photo.sha256, false).await?;
        ensure!(bytes.is_some_and(|bytes| PhotoHash::of(&bytes) == photo.sha256), "a photo of {id} is not whole");
    }
    Ok(())
}

/// How a file of answers begins.
const ANSWERS: &[u8] = b"PAYUNG KUITANSI 1\n";
/// A file holds no more answers than these, the latest.
const LATEST: usize = 100;

/// What a phone has taken along for others is at the hub, and the hub's answer to it can be shown.
pub async fn carried_has_arrived(phone: &Phone) -> Result<()> {
    ensure!(phone.device.carried().await?.waiting == 0, "in peace parcels of others wait");
    let file = phone.device.answers().await?;
    let packed = file.strip_prefix(ANSWERS).context("no file of answers")?;
    let mut answered = BTreeSet::new();
    for answer in serde_json::from_reader::<_, Vec<serde_json::Value>>(GzDecoder::new(packed))? {
        let body = answer.get("body").and_then(|body| body.as_str()).context("an answer without a body")?;
        answered.insert(serde_json::from_str::<ParcelResponse>(body)?.parcel);
    }
    for parcel in &phone.carrying {
        ensure!(answered.contains(parcel) || answered.len() == LATEST, "a parcel that was taken along has no answer");
    }
    Ok(())
}

/// No more are placed than there are places, and no place is given twice. A programme that shrank keeps whom it took.
pub fn places_are_kept(world: &World, before: u32) -> Result<u32> {
    let states: Vec<State> = held(&world.hub.hub())?.into_iter().map(|found| found.state).collect();
    let places: Vec<u32> =
        states.iter().filter_map(|state| if let State::Placed { place, .. } = state { *place } else { None }).collect();
    let taken = places.len() as u32;
    ensure!(taken <= before || taken <= world.places, "{taken} placed where there are {} places", world.places);
    ensure!(places.iter().collect::<BTreeSet<_>>().len() == places.len(), "a place was given twice");
    Ok(taken)
}

/// Of all enrolments of one person at most one is agreed to.
pub fn nobody_has_two_places(world: &World) -> Result<()> {
    use State::{Active, Placed, Verified, WaitingList};
    let mut agreed = BTreeSet::new();
    for found in held(&world.hub.hub())? {
        if matches!(found.state, Verified | WaitingList { .. } | Placed { .. } | Active { .. }) {
            ensure!(agreed.insert(found.nik.digits().to_owned()), "{} is the second agreed one of a person", found.id);
        }
    }
    Ok(())
}

/// A lease lasts 14 days.
const LEASE_HOURS: i64 = 14 * 24;

/// Whether a phone's promises of places may be broken: the quota changed, its lease may have run out, or it was put back to a
/// backup that knows nothing of them.
pub fn is_excused(world: &World, phone: &Phone) -> bool {
    let silence = world.time.now().duration_since(phone.heard_at);
    let has_quota_changed = world.tally().of(Fault::QuotaChanged) > 0;
    has_quota_changed || phone.is_restored || silence > SignedDuration::from_hours(LEASE_HOURS - 1)
}

/// The place that somebody was told is lent to that kader's phone until the record comes, then kept for the record, then
/// given to it; tells how many were looked for. A correction may have lost it, if it was the second of one person.
pub fn promised_places_are_kept(world: &World, phone: &Phone) -> Result<u64> {
    let hub = world.hub.hub();
    let mut looked_for = 0;
    for (id, place) in phone.told.iter().filter(|_| !is_excused(world, phone)) {
        let state = revision(&hub, *id)?.map(|(_, _, state)| state);
        let is_kept = match state {
            None | Some(State::Received) => {
                let holder = holder(&hub, *place)?;
                holder.is_some_and(|(kader, record)| record.map_or(kader == phone.name, |record| record == *id))
            }
            Some(State::Placed { place: given, .. }) => given == Some(*place),
            Some(_) => continue,
        };
        ensure!(is_kept, "{id} was promised place {place}, and the hub keeps it for somebody else");
        looked_for += 1;
    }
    Ok(looked_for)
}

/// The kader whose phone has a place, and the record that it is kept for.
fn holder(hub: &Hub, place: u32) -> Result<Option<(String, Option<RecordId>)>> {
    let found = hub.store.read::<_, HubError>(|connection| {
        let village = village::list(connection)?.into_iter().next().ok_or(HubError::Corrupt("no village"))?;
        let programme = hub.catalogue.programme(&village.programme).ok_or(HubError::Corrupt("no programme"))?;
        let pool = places::pool_of(programme, village.code).ok_or(HubError::Corrupt("no pool"))?;
        let Some(holder) = pool.holder(connection, place)? else { return Ok(None) };
        let device = device::get(connection, &holder.device_id)?;
        Ok(device.map(|device| (device.kader_name, holder.record)))
    })?;
    Ok(found)
}

/// When the faults have stopped: everything that was saved is at the hub as it was saved, once, and both sides agree.
pub async fn all_has_arrived(world: &World, phone: &Phone) -> Result<()> {
    let hub = world.hub.hub();
    for (id, confirmed) in &phone.confirmed {
        let view = phone.device.record(*id).await?;
        let Standing::State(shown) = view.row.standing else { continue };
        let Some((_, content, state)) = revision(&hub, *id)? else { anyhow::bail!("{id} was lost") };
        // a phone that was put back has heard from the hub what it had forgotten
        let saved = if phone.behind.contains(id) { view.enrolment.as_ref() } else { Some(confirmed) };
        ensure!(Some(&content) == saved, "{id} arrived with other content");
        ensure!(state == shown, "{id} is {} at the hub and {} on the phone", state.key(), shown.key());
        for photo in content.photos.iter().filter(|_| !phone.behind.contains(id)) {
            ensure!(is_durable(&hub, photo), "a photo of {id} was lost");
        }
    }
    for row in phone.device.records("", ALL).await? {
        let is_set_aside = matches!(row.standing, Standing::SetAside(_));
        ensure!(is_set_aside || row.photos_to_send == 0, "photos of {} are still to be sent", row.id);
    }
    Ok(())
}

/// Nothing that a phone keeps can be read without its PIN.
pub fn nothing_is_in_the_clear(phone: &Phone) -> Result<()> {
    let secrets: HashSet<&[u8]> =
        phone.confirmed.values().map(|confirmed| confirmed.identity.nik.digits().as_bytes()).collect();
    let mut folders = vec![phone.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path)?;
            let mut runs = bytes.split(|byte| !byte.is_ascii_digit()).flat_map(|run| run.windows(16));
            let is_there = runs.any(|digits| secrets.contains(digits));
            ensure!(!is_there, "a NIK can be read in {:?}", path.file_name().unwrap_or_default());
        }
    }
    Ok(())
}
