//! Many invented people at once, through intake and decisions as they ship, in few transactions.

use crate::world::{Phone, World, enrolment};
use jiff::SignedDuration;
use payung_domain::programme::{OccupationId, SourceId};
use payung_domain::state::State;
use payung_domain::wire::RecordPush;
use payung_domain::{Enrolment, Kpj, Nik, RecordId};
use payung_hub::HubError;
use payung_hub::decision::{DecisionError, Verdict, decide_in};
use payung_hub::ending::{Note, note_in};
use payung_hub::intake::{self, Taken};
use payung_hub::line;
use payung_hub::quota::{self, Agreed, Preview, QuotaError};
use payung_hub::store::line::ListEntry;
use payung_hub::store::sql::Transaction;
use payung_hub::store::{device, record, village};
use serde_json::value::RawValue;

/// So many in one transaction, as an office does.
const AT_ONCE: usize = 100;

/// A record of a crowd.
pub fn id(number: u32) -> RecordId {
    let mut bytes = [0xaa; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    RecordId::from_bytes(bytes)
}

/// A KPJ of nobody.
pub fn kpj() -> Kpj {
    "99000000001".parse().unwrap()
}

/// A NIK of no province, another one for each number.
pub fn nik(number: u32) -> Nik {
    Nik::parse(&format!("9901{:02}520584{:04}", 1 + number / 9_999, 1 + number % 9_999)).unwrap()
}

/// One of a crowd: 42 years old, with the first occupation of the programme.
pub fn person(world: &World, number: u32, programme: &str, village: &str) -> Enrolment {
    let mut person = enrolment(1);
    let rule = world.hub.catalogue.programme(&programme.parse().unwrap()).unwrap();
    person.programme = rule.id.clone();
    person.identity.nik = nik(number);
    person.identity.name = format!("CONTOH {number}");
    person.residence.village = village.parse().unwrap();
    person.work.occupation = rule.occupations.first().map(|occupation| OccupationId(occupation.id.0.clone()));
    person.photos.clear();
    person
}

/// What a phone sends.
pub fn push(world: &World, number: u32, person: &Enrolment, place: Option<u32>) -> RecordPush {
    let enrolment = RawValue::from_string(serde_json::to_string(person).unwrap()).unwrap();
    let saved_at = world.now() - SignedDuration::from_secs(1);
    RecordPush { id: id(number), revision: 1, saved_at, sequence: None, place, enrolment }
}

impl World {
    /// Takes what a phone sends.
    pub fn enrol(&self, phone: &Phone, pushes: &[RecordPush]) {
        let now = self.now().as_millisecond();
        for pushes in pushes.chunks(AT_ONCE) {
            let work = |transaction: &Transaction| {
                let device = device::get(transaction, &phone.id)?.unwrap();
                let village = village::get(transaction, device.village)?.unwrap();
                for push in pushes {
                    match intake::take(&self.hub, transaction, &device, &village, push, (now, 0))? {
                        Taken::Receipt(_) => {}
                        Taken::Refusal(refusal) => panic!("{refusal:?}"),
                    }
                }
                Ok(())
            };
            self.hub.store.write::<_, HubError>(work).unwrap();
        }
    }

    /// The office agrees to everybody, in this order.
    pub fn approve_all(&self, numbers: impl Iterator<Item = u32>) -> Vec<State> {
        self.each(numbers, |transaction, number, seen| {
            decide_in(&self.hub, transaction, id(number), seen, Verdict::Approve, "user:sari")
        })
    }

    /// The office notes the same about everybody.
    pub fn note_all(&self, numbers: impl Iterator<Item = u32>, note: Note) {
        self.each(numbers, |transaction, number, seen| {
            note_in(&self.hub, transaction, id(number), seen, note, "user:sari")
        });
    }

    /// Does something to each record as it stands.
    fn each<T>(
        &self,
        numbers: impl Iterator<Item = u32>,
        what: impl Fn(&Transaction, u32, i64) -> Result<T, DecisionError>,
    ) -> Vec<T> {
        let numbers: Vec<u32> = numbers.collect();
        let some = |numbers: &[u32]| {
            let work = |transaction: &Transaction| {
                let one = |&number: &u32| {
                    let seen = record::get(transaction, id(number))?.unwrap().change_seq;
                    what(transaction, number, seen)
                };
                numbers.iter().map(one).collect::<Result<Vec<T>, DecisionError>>()
            };
            self.hub.store.write(work).unwrap()
        };
        numbers.chunks(AT_ONCE).flat_map(some).collect()
    }

    pub fn state_of(&self, number: u32) -> State {
        self.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap().state
    }

    pub fn states(&self, numbers: impl Iterator<Item = u32>) -> Vec<State> {
        numbers.map(|number| self.state_of(number)).collect()
    }

    pub fn preview(&self, programme: &str, places: u32) -> Preview {
        let id = programme.parse().unwrap();
        self.hub.store.read::<_, QuotaError>(|c| quota::preview(&self.hub, c, &id, places)).unwrap()
    }

    /// Sees what a quota would do and agrees to it.
    pub fn set_quota(&self, programme: &str, places: u32, may_touch_covered: bool) -> Result<Preview, QuotaError> {
        let digest = self.preview(programme, places).digest.to_string();
        self.agree(programme, places, &digest, may_touch_covered)
    }

    /// Agrees to what was seen.
    pub fn agree(&self, programme: &str, places: u32, digest: &str, covered: bool) -> Result<Preview, QuotaError> {
        let agreed = Agreed { places, digest, reason: "Perbup contoh", may_touch_covered: covered };
        quota::change(&self.hub, &programme.parse().unwrap(), &agreed, "user:sari")
    }

    /// A list says something of people.
    pub fn list(&self, programme: &str, source: &str, entries: &[ListEntry]) {
        let (programme, source) = (programme.parse().unwrap(), SourceId(source.into()));
        let rule = self.hub.catalogue.programme(&programme).unwrap();
        let now = self.now().as_millisecond();
        let take = |transaction: &Transaction| {
            entries.iter().try_for_each(|entry| line::take_entry(transaction, rule, &source, entry, now))
        };
        self.hub.store.write::<_, HubError>(take).unwrap();
    }
}

pub fn is_placed(state: &State) -> bool {
    matches!(state, State::Placed { .. })
}

pub fn placed(states: &[State]) -> usize {
    states.iter().filter(|state| is_placed(state)).count()
}

pub fn waiting(states: &[State]) -> usize {
    states.iter().filter(|state| matches!(state, State::WaitingList { .. })).count()
}
