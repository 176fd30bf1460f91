//! What a kader types, photographs and saves, and what holds when the app ends on the way or has no room.

use crate::brake::Life;
use crate::fault::Fault;
use crate::link::Kill;
use crate::person;
use crate::promise::{self, Seen};
use crate::run::Village;
use anyhow::{Context as _, Result, ensure};
use payung_device::{Device, DeviceError, NewPhoto, Promise, SaveError, Standing};
use payung_domain::enrolment::PhotoKind;
use payung_domain::{Field, RecordId, State};

/// How far a kader came before the app was killed.
#[derive(Clone, Copy, PartialEq)]
enum Done {
    /// A record is open.
    Opened,
    /// It is filled in.
    Filled,
    /// It is saved, and nobody was told.
    Saved,
}

/// How the app ends while a record is filled in.
#[derive(Clone, Copy)]
enum Ending {
    /// Between two of the kader's steps.
    After(Done),
    /// In one of them.
    Inside(Life),
}

/// What became of a save.
#[derive(Clone, Copy, PartialEq)]
enum Saved {
    /// The app said so.
    Said(RecordId),
    /// The app said no.
    Not,
    /// The app said that it can't, because the phone is full.
    NoRoom,
    /// The app said nothing.
    Killed,
}

/// What a kader is about to do.
struct Form {
    /// The record that is open; nothing for a new one.
    id: Option<RecordId>,
    fields: Vec<(Field, String)>,
    photo: Option<NewPhoto>,
}

impl Village {
    /// A new record, or one more try with one that was begun.
    pub(crate) async fn enrol(&mut self, phone: usize) -> Result<()> {
        let begun: Vec<(RecordId, u32)> =
            self.world.phones[phone].begun.iter().map(|(id, person)| (*id, *person)).collect();
        let begun = self.world.chance.choice(&begun).copied().filter(|_| self.world.chance.bool());
        let (id, person) = match begun {
            Some((id, person)) => (Some(id), person),
            None => (None, self.person()),
        };
        let mut photo = Some(self.photo());
        if let Some(id) = id {
            // what was photographed before the app ended is there
            let shown = self.world.phones[phone].device.draft(id).await?.photos;
            photo = photo.filter(|_| shown.is_empty());
        }
        let form = Form { id, fields: person::fields(person), photo };
        let (saved, seen) = self.fill_in(phone, form).await?;
        let begun = &mut self.world.phones[phone].begun;
        match (saved, seen.id) {
            (Saved::Killed | Saved::NoRoom, Some(id)) => drop(begun.insert(id, person)),
            // a person that this phone has, or a clock that is years off: the kader leaves it
            (Saved::Said(_) | Saved::Not, Some(id)) => drop(begun.remove(&id)),
            (_, None) => {}
        }
        self.outcome.enrolments += u64::from(self.confirm(phone, saved, &seen).await?);
        Ok(())
    }

    pub(crate) async fn correct(&mut self, phone: usize) -> Result<()> {
        let mut open: Vec<RecordId> = Vec::new();
        for row in self.world.phones[phone].device.records("", 1_000).await? {
            let is_open = match &row.standing {
                Standing::State(state) => state.is_correctable() || matches!(state, State::Queued),
                Standing::SetAside(_) => true,
            };
            if is_open && self.world.phones[phone].confirmed.contains_key(&row.id) {
                open.push(row.id);
            }
        }
        let Some(&id) = self.world.chance.choice(&open) else { return Ok(()) };
        let workplace = format!("Sawah {}", self.world.chance.u32(..1_000));
        let photo = self.world.chance.bool().then(|| self.photo());
        let form = Form { id: Some(id), fields: vec![(Field::Workplace, workplace)], photo };
        let (saved, seen) = self.fill_in(phone, form).await?;
        if saved == Saved::Not {
            let discarded = self.world.phones[phone].device.discard(id).await;
            self.unless_full(phone, discarded)?;
        }
        self.outcome.corrections += u64::from(self.confirm(phone, saved, &seen).await?);
        Ok(())
    }

    /// Opens, fills in and saves, or ends before; what the app said on the way holds.
    async fn fill_in(&mut self, phone: usize, form: Form) -> Result<(Saved, Seen)> {
        let ending = self.ending();
        let (killed_after, kill) = match ending {
            None => (None, None),
            Some(Ending::After(done)) => (Some(done), None),
            Some(Ending::Inside(life)) => (None, Some(Kill::Inside(life))),
        };
        let mut seen = Seen::default();
        let p = &self.world.phones[phone];
        if let Some(id) = form.id {
            seen.before = p.device.record(id).await?.enrolment;
        }
        let told = p.link.until_killed(kill, filled_in(&p.device, form, killed_after, &mut seen)).await;
        let saved = match told {
            None => Saved::Killed,
            Some(Err(SaveError::Problems(_) | SaveError::Decided | SaveError::AlreadyEnrolled(_))) => Saved::Not,
            Some(Err(SaveError::Device(error))) => {
                self.unless_full(phone, Err(error))?;
                Saved::NoRoom
            }
            Some(Ok(Saved::Killed)) => {
                self.world.note(Fault::PhoneKilled);
                Saved::Killed
            }
            Some(Ok(told)) => told,
        };
        if saved == Saved::Killed {
            self.die(phone).await?;
        }
        promise::what_was_said_is_kept(&self.world.phones[phone], &seen).await?;
        Ok((saved, seen))
    }

    /// Notes what the kader was told. After a kill nothing was, and the record is what it was or what it was to become. Tells
    /// whether a save was confirmed.
    async fn confirm(&mut self, phone: usize, saved: Saved, seen: &Seen) -> Result<bool> {
        let phone = &mut self.world.phones[phone];
        if let (Saved::Killed, Some(id)) = (saved, seen.id) {
            let Some(kept) = phone.device.record(id).await?.enrolment else { return Ok(false) };
            phone.begun.remove(&id);
            let is_new = kept.work.place == seen.workplace;
            // a phone that was put back has heard from the hub what it had forgotten
            let is_heard = phone.behind.contains(&id) && seen.before.as_ref() == Some(&kept);
            let is_old = is_heard || phone.confirmed.get(&id) == Some(&kept);
            ensure!(is_new || is_old, "{id} is neither what it was nor what was typed");
            phone.confirmed.insert(id, kept);
        }
        let Saved::Said(id) = saved else { return Ok(false) };
        let enrolment = phone.device.record(id).await?.enrolment.context("a record that was just saved is empty")?;
        phone.confirmed.insert(id, enrolment);
        if let Promise::Place { place, .. } = phone.device.record(id).await?.promise {
            phone.told.entry(id).or_insert(place);
        }
        phone.behind.remove(&id);
        Ok(true)
    }

    /// The app was killed, and is opened again: the first time perhaps in vain.
    pub(crate) async fn die(&mut self, phone: usize) -> Result<()> {
        let chance = &mut self.world.chance;
        let again = (chance.u32(..4) == 0).then(|| Life::drawn(chance));
        if self.world.phones[phone].die(again).await? {
            self.world.note(Fault::PhoneKilledInside);
        }
        Ok(())
    }

    /// A store may fail on a full phone, and on no other.
    pub(crate) fn unless_full(&self, phone: usize, told: Result<(), DeviceError>) -> Result<()> {
        match told {
            Err(DeviceError::Store(_)) if self.world.phones[phone].is_full() => self.world.note(Fault::PhoneDiskFull),
            told => told?,
        }
        Ok(())
    }

    /// Somebody at a door.
    fn person(&mut self) -> u32 {
        if self.people > 0 && self.world.chance.u32(..12) == 0 {
            self.world.note(Fault::SamePerson);
            return self.world.chance.u32(..self.people);
        }
        self.people += 1;
        self.people - 1
    }

    /// In one case of four, how the app ends.
    fn ending(&mut self) -> Option<Ending> {
        let chance = &mut self.world.chance;
        match chance.u32(..8) {
            0 => Some(Ending::After([Done::Opened, Done::Filled, Done::Saved][chance.usize(..3)])),
            1 => Some(Ending::Inside(Life::drawn(chance))),
            _ => None,
        }
    }

    fn photo(&mut self) -> NewPhoto {
        let length = self.world.chance.usize(100..90_000);
        let mut jpeg = vec![0; length];
        self.world.chance.fill(&mut jpeg);
        jpeg[..4].copy_from_slice(&[0xff, 0xd8, 0xff, 0xe0]);
        NewPhoto { kind: PhotoKind::Ktp, jpeg, thumbnail: b"small".to_vec(), faults: Vec::new() }
    }
}

/// A kader's steps, unless the app is killed after one; what the app said goes into `seen`.
async fn filled_in(
    device: &Device,
    form: Form,
    killed_after: Option<Done>,
    seen: &mut Seen,
) -> Result<Saved, SaveError> {
    let Form { id, fields, photo } = form;
    let workplace = fields.iter().find(|(field, _)| *field == Field::Workplace);
    seen.workplace = workplace.map(|(_, text)| text.clone()).unwrap_or_default();
    seen.id = id;
    let id = match id {
        Some(id) => {
            device.reopen(id).await?;
            id
        }
        None => device.start_draft().await?,
    };
    seen.id = Some(id);
    if killed_after == Some(Done::Opened) {
        return Ok(Saved::Killed);
    }
    device.set_fields(id, fields.clone()).await?;
    seen.fields = fields;
    if let Some(photo) = photo {
        seen.photo = Some(device.add_photo(id, photo).await?.sha256);
    }
    if killed_after == Some(Done::Filled) {
        return Ok(Saved::Killed);
    }
    device.save(id).await?;
    seen.is_saved = true;
    Ok(if killed_after.is_some() { Saved::Killed } else { Saved::Said(id) })
}
