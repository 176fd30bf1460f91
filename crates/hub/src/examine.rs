//! What speaks against a record, found anew whenever somebody looks, and remembered in a word for the queue's filters.

use crate::context::{day_here, hash_of, moment};
use crate::error::HubError;
use crate::hub::Hub;
use crate::place_of_village::{Far, far};
use crate::rights::Scope;
use crate::store::record::{self, RecordRow};
use crate::store::search::{self, Found};
use crate::store::sql::{Connection, Transaction};
use crate::store::{concern, line};
use payung_domain::eligibility::{Ineligible, reasons_against};
use payung_domain::nik::NikWarning;
use payung_domain::state::State;
use payung_domain::{Enrolment, Nik, PhotoHash, Programme, RecordId};
use std::collections::BTreeMap;
use std::time::Duration;

/// Records that are looked at in one transaction.
const AT_ONCE: u32 = 100;

/// Everything that a verifier should look at.
pub struct Examination {
    /// Other records of the same NIK and year that count, the oldest first.
    pub twins: Vec<Found>,
    /// Why the programme is not for this person.
    pub reasons: Vec<Ineligible>,
    /// What does not agree with the NIK.
    pub nik: Vec<NikWarning>,
    /// A photo that the record names has not come, or it names none.
    pub is_photo_missing: bool,
    /// The phone found fault with a photo, or the kader gave a reason for it.
    pub is_photo_poor: bool,
    /// The kader went on past a warning and said why.
    pub has_words: bool,
    /// The kader stood far from where the village's other records were made.
    pub far: Option<Far>,
}

impl Examination {
    /// Whether nothing at all speaks against the record.
    pub fn is_clean(&self) -> bool {
        !self.has_warnings() && !self.is_photo_poor && !self.has_words
    }

    /// Whether there is something to say above the fields; what is about the photo alone stands beside it.
    pub fn has_warnings(&self) -> bool {
        !self.twins.is_empty()
            || !self.reasons.is_empty()
            || !self.nik.is_empty()
            || self.is_photo_missing
            || self.far.is_some()
    }
}

/// Looks at a record as it stands, as far as the asker may see.
pub fn examine(
    hub: &Hub,
    connection: &Connection,
    scope: Scope,
    row: &RecordRow,
    enrolment: &Enrolment,
    held: &[PhotoHash],
) -> Result<Examination, HubError> {
    let identity = &enrolment.identity;
    // the age counts on the day of registration: when the hub first had the record
    let registered = day_here(moment(row.received_at));
    let counts = |twin: &Found| !matches!(twin.state, State::Rejected { .. } | State::Withdrawn);
    let mut twins = search::twins(connection, scope, row.id, &identity.nik)?;
    twins.retain(counts);
    twins.retain(|twin| hub.catalogue.are_of_one_year(&enrolment.programme, &twin.programme));
    Ok(Examination {
        twins,
        reasons: match hub.catalogue.programme(&enrolment.programme) {
            Some(programme) => reasons_against(enrolment, programme, registered, false),
            None => Vec::new(),
        },
        nik: identity.nik.warnings(
            Some(identity.birth_date),
            Some(identity.sex),
            Some(enrolment.residence.village.district()),
            hub.catalogue.knows_district(&identity.nik),
        ),
        is_photo_missing: enrolment.photos.is_empty()
            || enrolment.photos.iter().any(|photo| !held.contains(&photo.sha256)),
        is_photo_poor: enrolment.photo_reason.is_some() || enrolment.photos.iter().any(|p| !p.faults.is_empty()),
        has_words: enrolment.warning_reason.is_some(),
        far: far(connection, row, enrolment.position)?,
    })
}

/// Looks at a record's newest revision; for whoever has not read it already.
pub fn examine_newest(hub: &Hub, connection: &Connection, row: &RecordRow) -> Result<Examination, HubError> {
    let body = line::newest_body(connection, row.id)?;
    let enrolment = serde_json::from_str(&body).map_err(|_| HubError::Corrupt("a revision"))?;
    let held = record::photos_held(connection, row.id, row.revision)?;
    examine(hub, connection, Scope::All, row, &enrolment, &held)
}

/// Looks at an undecided record anew and remembers whether anything speaks against it.
pub fn renew(hub: &Hub, transaction: &Transaction, id: RecordId) -> Result<(), HubError> {
    let Some(row) = record::get(transaction, id)? else { return Ok(()) };
    if !matches!(row.state, State::Received | State::Corrected) {
        return Ok(());
    }
    let is_clean = examine_newest(hub, transaction, &row)?.is_clean();
    Ok(concern::set(transaction, id, !is_clean)?)
}

/// The same for all undecided records of a person but one: that one has come, changed or gone.
pub fn renew_twins(hub: &Hub, transaction: &Transaction, nik: &Nik, but: RecordId) -> Result<(), HubError> {
    search::undecided_twins(transaction, nik, but)?.into_iter().try_for_each(|id| renew(hub, transaction, id))
}

/// The same for the records that name a photo, which has just come.
pub fn renew_with_photo(hub: &Hub, transaction: &Transaction, sha256: PhotoHash) -> Result<(), HubError> {
    concern::undecided_with(transaction, sha256)?.into_iter().try_for_each(|id| renew(hub, transaction, id))
}

/// How far a walk through all undecided records has come: the last one, and when it came.
#[derive(Clone, Debug, Default)]
struct Walk {
    received_at: i64,
    id: String,
}

/// Walks through all undecided records, with a pause for everybody else after each step; tells in how many.
pub fn walk(hub: &Hub, pause: Duration) -> Result<usize, HubError> {
    let (mut walk, mut steps) = (Walk::default(), 0);
    while let Some(next) = step(hub, &walk)? {
        (walk, steps) = (next, steps + 1);
        std::thread::sleep(pause);
    }
    Ok(steps)
}

/// One step of a walk through all undecided records, if they were looked at by other rules than today's: an older hub took
/// them, or a programme's file has changed. Tells how to go on; nothing at the end. Phones and verifiers wait for the same
/// writer: it is asked only where something has changed.
fn step(hub: &Hub, from: &Walk) -> Result<Option<Walk>, HubError> {
    let rule = rule(hub)?;
    let looked = hub.store.read::<_, HubError>(|connection| {
        if concern::rule(connection)?.as_ref() == Some(&rule) {
            return Ok(None);
        }
        let found = concern::undecided_after(connection, (from.received_at, &from.id), AT_ONCE)?;
        let mut changed = Vec::new();
        for concern::Looked { id, is_clean, .. } in &found {
            let Some(row) = record::get(connection, *id)? else { continue };
            if *is_clean != Some(examine_newest(hub, connection, &row)?.is_clean()) {
                changed.push(*id);
            }
        }
        Ok(Some((found, changed)))
    })?;
    let Some((found, changed)) = looked else { return Ok(None) };
    let last = found.last().map(|last| Walk { received_at: last.received_at, id: last.id.to_string() });
    if !changed.is_empty() || last.is_none() {
        hub.store.write::<_, HubError>(|transaction| {
            changed.iter().try_for_each(|id| renew(hub, transaction, *id))?;
            match last {
                Some(_) => Ok(()),
                None => Ok(concern::set_rule(transaction, &rule)?),
            }
        })?;
    }
    Ok(last)
}

/// What a record is looked at by, of every programme.
fn rule(hub: &Hub) -> Result<String, HubError> {
    let rules: BTreeMap<_, _> = hub
        .catalogue
        .programmes()
        .map(|programme| {
            let Programme { age, occupations, roles, sources, listed_only, regency, village_kinds, .. } = programme;
            (programme.id.as_str(), (age, occupations, roles, sources, listed_only, regency, village_kinds))
        })
        .collect();
    Ok(hash_of(&serde_json::to_string(&rules).map_err(|_| HubError::Corrupt("a programme's rule"))?))
}
