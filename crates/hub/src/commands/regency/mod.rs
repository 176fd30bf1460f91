//! `payung-hub demo --regency`: synthetic Bojonegoro at full size, through the doors that phones and the office use, only
//! with another clock.

mod chance;
mod person;
mod photo;
mod story;

use super::demo::report_some;
use super::village;
use crate::decision::{Verdict, decide_in};
use crate::ending::{Note, note_in};
use crate::rights::Role;
use crate::store::device::{self, Device};
use crate::store::sql::Transaction;
use crate::store::village::VillageRow;
use crate::store::{audit, office_user, photo as photo_store, record};
use crate::{Context, Hub, HubError, context, intake, people};
use anyhow::{Context as _, bail};
use chance::Chance;
use jiff::Timestamp;
use payung_domain::state::{Comment, RejectReason};
use payung_domain::wire::RecordPush;
use payung_domain::{Field, PhotoHash, Programme, RecordId};
use serde_json::value::RawValue;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use story::{DAY, Event, Phone, Step};

/// What Bojonegoro reported for 2025.
pub const PEOPLE: u32 = 192_746;
/// Of them, recipients of an incentive for a role in village life.
const INCENTIVE: u64 = 35_688;
const REGENCY: &str = "35.22";
pub const PROGRAMME: &str = "bojonegoro_2025";
/// Villages of the first wave, by the article.
const FIRST_WAVE: usize = 215;
/// Of a thousand people so many are enrolled twice.
const DOUBLES: u64 = 8;
/// A village has so many people at most: a NIK's serial has four digits.
const MOST_IN_A_VILLAGE: u32 = 9_999;
/// Steps in one transaction.
const AT_ONCE: usize = 20_000;
/// Records come in no order of the database's: with less memory each transaction reads and writes most of it.
const CACHE_MIB: u32 = 400;
/// Marks a folder whose regency is whole.
const MARKER: &str = "demo-regency";
const VERIFIERS: [&str; 4] = ["ani.verifikator", "budi.verifikator", "citra.verifikator", "dedi.verifikator"];

/// What there is to make.
pub struct Regency {
    /// How many people.
    pub people: u32,
    /// The same seed makes the same people.
    pub seed: u64,
}

/// Which people the folder has, for who signs in.
pub struct Made {
    /// People with NIKs of their own.
    pub people: u32,
    /// Records, doubles among them.
    pub records: u32,
    /// Villages.
    pub villages: usize,
}

/// A clock that stands where the story is, and goes on with the machine's once it is told.
#[derive(Clone, Default)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    /// A hub's context that takes its time from here.
    pub fn context(&self) -> Context {
        let told = Arc::clone(&self.0);
        let now = move || match told.load(Ordering::Relaxed) {
            0 => Timestamp::now(),
            at => context::moment(at),
        };
        Context::new(now, |bytes| getrandom::fill(bytes).map_err(|_| HubError::NoRandomness))
    }

    fn set(&self, at: i64) {
        self.0.store(at, Ordering::Relaxed);
    }
}

/// One record on its way.
struct Subject {
    /// The person's number in the regency: that of an earlier record where this is a double.
    person: u32,
    phone: usize,
}

/// Everything that the steps need.
struct World<'a> {
    hub: &'a Hub,
    clock: &'a Clock,
    programme: &'a Programme,
    seed: u64,
    /// When the story ends.
    now: Timestamp,
    villages: Vec<VillageRow>,
    /// The number of each village's first person, and the number of all.
    starts: Vec<u32>,
    people: u32,
    phones: Vec<Device>,
    photos: Vec<(PhotoHash, u64)>,
    subjects: Vec<Subject>,
}

/// Fills an empty folder; finds the same regency in one that is full.
pub fn fill(hub: &Hub, folder: &Path, clock: &Clock, regency: &Regency, password: &str) -> anyhow::Result<Made> {
    let marker = folder.join(MARKER);
    let wanted = format!("{} people, seed {}", regency.people, regency.seed);
    let programme = PROGRAMME.parse().ok().and_then(|id| hub.catalogue.programme(&id)).context("no programme")?;
    if let Ok(found) = std::fs::read_to_string(&marker) {
        let (found, records) = found.split_once('\n').unwrap_or((&found, ""));
        if found != wanted {
            bail!("this folder has a regency of {found}; give another one its own folder with --data");
        }
        let villages = hub.store.read::<_, HubError>(|c| Ok(crate::store::village::list(c)?.len()))?;
        return Ok(Made { people: regency.people, records: records.trim().parse().unwrap_or_default(), villages });
    }
    if hub.store.read::<_, HubError>(|c| Ok(!crate::store::village::list(c)?.is_empty()))? {
        bail!("this folder holds a regency that was not finished; remove it and begin again");
    }
    let now = Timestamp::now().as_millisecond();
    let mut world = World {
        hub,
        clock,
        programme,
        seed: regency.seed,
        now: context::moment(now),
        villages: Vec::new(),
        starts: Vec::new(),
        people: regency.people,
        phones: Vec::new(),
        photos: Vec::new(),
        subjects: Vec::new(),
    };
    hub.store.keep_in_memory(CACHE_MIB)?;
    clock.set(now - (story::DAYS + 5) * DAY);
    world.put_villages()?;
    world.put_office(password)?;
    world.put_phones(now)?;
    world.put_photos()?;
    let steps = world.steps(now);
    let count = steps.len();
    for (index, steps) in steps.chunks(AT_ONCE).enumerate() {
        hub.store.write(|transaction| steps.iter().try_for_each(|step| world.take(transaction, step)))?;
        tracing::info!(done = index * AT_ONCE, of = count, "filling the regency");
    }
    world.villages.first().map_or(Ok(()), |village| report_some(hub, village))?;
    clock.set(0);
    hub.store.write::<_, HubError>(|transaction| {
        world.phones.iter().try_for_each(|phone| device::seen(transaction, &phone.id, phone.last_seen_at, 0))?;
        Ok(())
    })?;
    let records = u32::try_from(world.subjects.len())?;
    std::fs::write(marker, format!("{wanted}\n{records}\n"))?;
    Ok(Made { people: regency.people, records, villages: world.villages.len() })
}

impl World<'_> {
    fn put_villages(&mut self) -> anyhow::Result<()> {
        let regions = self.hub.catalogue.regions();
        let codes: Vec<_> = regions
            .districts(REGENCY.parse()?)
            .flat_map(|(district, _)| regions.villages(district).map(|(code, _)| code.to_string()))
            .collect();
        self.villages =
            codes.iter().map(|code| village::put(self.hub, code, PROGRAMME)).collect::<anyhow::Result<_>>()?;
        // villages of half to twice the usual size
        let mut chance = Chance::of(self.seed, 0, 10);
        let weights: Vec<u64> = self.villages.iter().map(|_| 500 + chance.below(1500)).collect();
        let (all, mut before) = (weights.iter().sum::<u64>().max(1), 0);
        for weight in &weights {
            self.starts.push(u32::try_from(u64::from(self.people) * before / all)?);
            before += weight;
        }
        self.starts.push(self.people);
        if self.starts.windows(2).any(|pair| pair[1] - pair[0] > MOST_IN_A_VILLAGE) {
            bail!("so many people do not fit into the villages of this regency");
        }
        Ok(())
    }

    /// An admin, verifiers, an auditor and one village's head, all with the password that the demo prints.
    fn put_office(&self, password: &str) -> anyhow::Result<()> {
        let village = self.villages.iter().find(|village| village.code.to_string() == super::demo::VILLAGE);
        let verifiers = VERIFIERS.iter().map(|name| (*name, (Role::Verifier, None)));
        let head = ("kades.mojodelik", (Role::Village, village.map(|village| village.code)));
        for (name, place) in verifiers.chain([("auditor", (Role::Auditor, None)), head]) {
            if self.hub.store.read::<_, HubError>(|c| Ok(office_user::get(c, name)?))?.is_none() {
                people::put(self.hub, "command", name, password, Some(place))?;
            }
        }
        Ok(())
    }

    /// Two to four phones in a village. Most have called today, some not for weeks, and of a few villages none has.
    fn put_phones(&mut self, now: i64) -> anyhow::Result<()> {
        let paired_at = now - (story::DAYS + 4) * DAY;
        for (number, village) in self.villages.iter().enumerate() {
            let mut chance = Chance::of(self.seed, number as u64, 11);
            let is_silent = chance.is_in_thousand(30);
            for phone in 0..2 + chance.below(3) {
                let days = match chance.below(1000) {
                    _ if is_silent => 9 + chance.below(50),
                    ..720 => 0,
                    720..880 => 1 + chance.below(3),
                    880..950 => 4 + chance.below(10),
                    _ => 14 + chance.below(60),
                };
                let ago = i64::try_from(days)? * DAY + i64::try_from(chance.below(20 * 3_600_000))?;
                let id = hex::encode([chance.next().to_be_bytes(), chance.next().to_be_bytes()].concat());
                self.phones.push(Device {
                    id,
                    village: village.code,
                    name: chance.pick(&["Infinix Smart 8", "Samsung A05", "Redmi 13C", "OPPO A18", "itel A70"]).into(),
                    kader_name: format!(
                        "{} {} (contoh)",
                        chance.pick(&[
                            "Bu Siti",
                            "Bu Ani",
                            "Pak Joko",
                            "Bu Tutik",
                            "Mbak Rina",
                            "Bu Endang",
                            "Pak Karno"
                        ]),
                        1 + phone
                    ),
                    paired_at,
                    last_seen_at: now - ago - 1,
                    is_blocked: false,
                });
            }
        }
        self.hub.store.write::<_, HubError>(|transaction| {
            for phone in &self.phones {
                device::add(
                    transaction,
                    &Device { last_seen_at: paired_at, ..phone.clone() },
                    &format!("none {}", phone.id),
                )?;
                let actor = format!("device:{}", phone.id);
                audit::add(transaction, paired_at, &actor, "device.pair", &phone.village.to_string())?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn put_photos(&mut self) -> anyhow::Result<()> {
        let sample = photo::SAMPLE.min(self.people);
        self.photos = (0..sample).map(|number| photo::keep(self.hub, number)).collect::<anyhow::Result<_>>()?;
        let phone = self.phones.first().context("no phone")?;
        Ok(self.hub.store.write::<_, HubError>(|transaction| {
            for (hash, bytes) in &self.photos {
                photo_store::add(transaction, *hash, *bytes, &phone.id, phone.paired_at)?;
            }
            Ok(())
        })?)
    }

    /// Everything that happens to everybody, in order. Some people are enrolled twice: later, and once more from the start.
    fn steps(&mut self, now: i64) -> Vec<Step> {
        let mut steps = Vec::with_capacity(self.people as usize * 4);
        let mut first_phone = 0;
        let mut doubles = Vec::new();
        for number in 0..self.villages.len() {
            let code = self.villages[number].code;
            let phones = self.phones[first_phone..].iter().take_while(|phone| phone.village == code).count();
            for person in self.starts[number]..self.starts[number + 1] {
                let mut chance = Chance::of(self.seed, u64::from(person), 2);
                let phone = first_phone + usize::try_from(chance.below(phones as u64)).unwrap_or_default();
                let record = self.subjects.len() as u32;
                let of = |chance: &mut Chance, after, record| {
                    let phone = Phone { last_seen_at: self.phones[phone].last_seen_at };
                    story::of(chance, now, number >= FIRST_WAVE, &phone, after, record)
                };
                let told = of(&mut chance, None, record);
                let came = told.first().map(|step| step.at);
                steps.extend(told);
                self.subjects.push(Subject { person, phone });
                if came.is_some() && chance.is_in_thousand(DOUBLES) {
                    doubles.push((person, phone, came, number));
                }
            }
            first_phone += phones;
        }
        for (person, phone, came, number) in doubles {
            let record = self.subjects.len() as u32;
            let mut chance = Chance::of(self.seed, u64::from(person), 3);
            let seen = Phone { last_seen_at: self.phones[phone].last_seen_at };
            steps.extend(story::of(&mut chance, now, number >= FIRST_WAVE, &seen, came, record));
            self.subjects.push(Subject { person, phone });
        }
        steps.sort_unstable();
        steps
    }

    fn take(&self, transaction: &Transaction, step: &Step) -> anyhow::Result<()> {
        self.clock.set(step.at);
        let id = self.id_of(step.record);
        let subject = &self.subjects[step.record as usize];
        let mut chance = Chance::of(self.seed, u64::from(step.record), 4);
        let actor = format!("user:{}", chance.pick(&VERIFIERS));
        match step.event {
            Event::Enrol => return self.push(transaction, subject, id, 1, step.at),
            Event::Correct => return self.push(transaction, subject, id, 2, step.at),
            _ => {}
        }
        // a double may have gone another way than its story: the hub itself returns it, once the first is agreed to
        let Some(row) = record::get(transaction, id)? else { return Ok(()) };
        let seen = row.change_seq;
        let verdict = |verdict| decide_in(self.hub, transaction, id, seen, verdict, &actor).map(drop);
        let note = |note, actor: &str| note_in(self.hub, transaction, id, seen, note, actor).map(drop);
        let done = match step.event {
            Event::Approve => verdict(Verdict::Approve),
            Event::Return => verdict(Verdict::Return(vec![match chance.below(3) {
                0 => Comment {
                    field: Field::KtpPhoto,
                    text: "Foto kurang terang. Mohon ulangi di dekat jendela.".into(),
                },
                1 => Comment { field: Field::Address, text: "Alamat belum lengkap. Mohon isi nomor rumahnya.".into() },
                _ => Comment { field: Field::HeirName, text: "Nama ahli waris mohon dicocokkan dengan KK.".into() },
            }])),
            Event::Reject => verdict(Verdict::Reject(
                chance
                    .pick(&[
                        Reason(RejectReason::NotEligible),
                        Reason(RejectReason::WageEarner),
                        Reason(RejectReason::NotResident),
                        Reason(RejectReason::Deceased),
                        Reason(RejectReason::Duplicate),
                    ])
                    .0,
                String::new(),
            )),
            Event::Withdraw => note(Note::Withdrawn, &actor),
            Event::Cover(first) => {
                let (from, until) = (context::day_of(first), context::day_of(first + 364));
                let kpj = format!("99{:09}", step.record).parse().context("an invented KPJ is malformed")?;
                note(Note::Covered { kpj, from, until }, &actor)
            }
            Event::End(why) => note(Note::Ended(story::ENDS[usize::from(why) % story::ENDS.len()]), &actor),
            Event::RunOut => note(Note::Ended(payung_domain::state::EndReason::CoverOver), "hub"),
            Event::Enrol | Event::Correct => Ok(()),
        };
        match done {
            Err(crate::decision::DecisionError::Hub(error)) => Err(error.into()),
            // the same: what can't be done to it is not done
            _ => Ok(()),
        }
    }

    fn push(
        &self,
        transaction: &Transaction,
        subject: &Subject,
        id: RecordId,
        revision: u32,
        at: i64,
    ) -> anyhow::Result<()> {
        let phone = &self.phones[subject.phone];
        let number = self.starts.partition_point(|start| *start <= subject.person) - 1;
        let village = &self.villages[number];
        let place = person::Place {
            village: village.code,
            village_number: u32::try_from(number)?,
            number: subject.person - self.starts[number],
            has_role: has_role(subject.person),
        };
        let photo = self.photos.get(subject.person as usize % self.photos.len().max(1)).copied();
        let numbers = (self.seed, u64::from(subject.person));
        // saved at the door, and brought when there was a signal
        let mut chance = Chance::of(self.seed, u64::from(subject.person), 5);
        let late =
            if chance.is_in_thousand(300) { chance.below(2 * DAY.unsigned_abs()) } else { chance.below(3_600_000) };
        let saved_at = context::moment(at - i64::try_from(late)?);
        let enrolment = person::enrolment(numbers, &place, self.programme, photo, (saved_at, self.now));
        let mut enrolment = enrolment.context("an invented person is malformed")?;
        if revision > 1 {
            enrolment.identity.address.push_str(" RT 01");
        }
        let enrolment = RawValue::from_string(serde_json::to_string(&enrolment)?)?;
        let push = RecordPush { id, revision, saved_at, sequence: None, place: None, enrolment };
        intake::take(self.hub, transaction, phone, village, &push, (at, 0))?;
        Ok(())
    }

    fn id_of(&self, record: u32) -> RecordId {
        let mut chance = Chance::of(self.seed, u64::from(record), 6);
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&chance.next().to_be_bytes());
        bytes[8..].copy_from_slice(&chance.next().to_be_bytes());
        RecordId::from_bytes(bytes)
    }
}

/// [`Chance::pick`] asks for a default.
#[derive(Clone, Copy)]
struct Reason(RejectReason);

impl Default for Reason {
    fn default() -> Self {
        Self(RejectReason::Other)
    }
}

/// Recipients of an incentive are spread evenly: so many of all, however many there are.
fn has_role(person: u32) -> bool {
    let until = |number: u64| number * INCENTIVE / u64::from(PEOPLE);
    until(u64::from(person) + 1) > until(u64::from(person))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_all_people_as_many_have_a_role_as_bojonegoro_reported() {
        assert_eq!((0..PEOPLE).filter(|person| has_role(*person)).count() as u64, INCENTIVE);
    }
}
