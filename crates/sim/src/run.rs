//! What happens, step by step, and the peace at the end.

use crate::fault::{Fault, Tally};
use crate::link::Kill;
use crate::person;
use crate::promise;
use crate::world::{Phone, World};
use anyhow::{Context as _, Result, ensure};
use jiff::SignedDuration;
use payung_device::{Device, NewPhoto, PairError, Promise, SaveError, Standing};
use payung_domain::enrolment::PhotoKind;
use payung_domain::state::{Comment, EndReason, RejectReason};
use payung_domain::{Field, RecordId, State};
use payung_hub::decision::{DecisionError, Verdict, decide};
use payung_hub::ending::{self, Note};
use payung_hub::store::record::{self, RecordRow};
use payung_hub::{Hub, HubError};
use std::time::Instant;

/// What a run was like.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Records that a phone confirmed.
    pub enrolments: u64,
    /// Corrections that a phone confirmed.
    pub corrections: u64,
    /// Decisions of the office.
    pub decisions: u64,
    /// Times that a promised place was looked for at the hub and found.
    pub promises: u64,
    /// Syncs, with those of the peace at the end.
    pub syncs: u64,
    /// What struck.
    pub tally: Tally,
    /// Of the processor and the disk.
    pub seconds: f64,
}

/// Runs one seed for so many steps, on a runtime of its own.
///
/// # Errors
/// The first promise that was broken, and when.
pub fn run(seed: u64, steps: u32) -> Result<Outcome> {
    let started = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let mut outcome = runtime.block_on(async {
        let mut village = Village::new(seed).await?;
        for step in 0..steps {
            village.step().await.with_context(|| format!("seed {seed}, step {step}"))?;
        }
        village.peace().await.with_context(|| format!("seed {seed}, after {steps} steps"))
    })?;
    outcome.seconds = started.elapsed().as_secs_f64();
    Ok(outcome)
}

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

/// What became of a save.
#[derive(Clone, Copy, PartialEq)]
enum Saved {
    /// The app said so.
    Said(RecordId),
    /// The app said no.
    Not,
    /// The app said nothing.
    Killed,
}

/// A world and what has happened in it.
struct Village {
    world: World,
    people: u32,
    placed: u32,
    outcome: Outcome,
}

impl Village {
    async fn new(seed: u64) -> Result<Self> {
        let phones = 1 + (seed % 3) as usize;
        Ok(Self { world: World::new(seed, phones).await?, people: 0, placed: 0, outcome: Outcome::default() })
    }

    async fn step(&mut self) -> Result<()> {
        let phone = self.world.chance.usize(..self.world.phones.len());
        match self.world.chance.u32(..100) {
            0..30 => self.enrol(phone).await?,
            30..65 => self.sync(phone).await?,
            65..78 => self.judge()?,
            78..86 => self.correct(phone).await?,
            86..89 => self.jump_clock(phone),
            89..91 => self.pair_again(phone).await?,
            91 => self.change_places()?,
            92 => self.world.hub.restart(),
            93..95 => self.world.phones[phone].back_up().await?,
            95..97 => {
                if self.world.phones[phone].put_back().await? {
                    self.world.note(Fault::PhoneRestored);
                }
            }
            _ => {
                let hours = self.world.chance.i64(1..72);
                self.world.time.pass(SignedDuration::from_hours(hours));
            }
        }
        self.placed = promise::places_are_kept(&self.world, self.placed)?;
        promise::nobody_has_two_places(&self.world)?;
        if promise::is_excused(&self.world, &self.world.phones[phone]) {
            self.world.phones[phone].told.clear();
        }
        for phone in &self.world.phones {
            self.outcome.promises += promise::promised_places_are_kept(&self.world, phone)?;
        }
        promise::phone_tells_the_truth(&self.world, &self.world.phones[phone]).await
    }

    /// Faults end. Each phone syncs until it has nothing more to say, and then everything is where it belongs.
    async fn peace(mut self) -> Result<Outcome> {
        for phone in &self.world.phones {
            phone.link.set_trouble(0);
            phone.clock.set_error(SignedDuration::ZERO);
        }
        self.world.time.pass(SignedDuration::from_hours(48));
        for _ in 0..2 {
            for phone in &self.world.phones {
                let mut report = phone.device.sync().await;
                for _ in 0..8 {
                    if report.failure.is_none() && report.photos_sent == 0 {
                        break;
                    }
                    self.world.time.pass(SignedDuration::from_hours(1));
                    report = phone.device.sync().await;
                }
                self.outcome.syncs += 1;
                ensure!(report.failure.is_none(), "in peace a sync fails: {:?}", report.failure);
            }
        }
        for phone in &self.world.phones {
            promise::phone_tells_the_truth(&self.world, phone).await?;
            promise::all_has_arrived(&self.world, phone).await?;
            promise::nothing_is_in_the_clear(phone)?;
        }
        self.outcome.tally = self.world.tally();
        let known = promise::held(&self.world.hub.hub())?.len();
        let mut made = 0;
        for phone in &self.world.phones {
            made += phone.device.counts().await?.records as usize;
        }
        // a phone that was put back has forgotten some
        let is_known = self.outcome.tally.of(Fault::PhoneRestored) == 0;
        ensure!(!is_known || known <= made, "the hub holds {known} records of {made}");
        Ok(self.outcome)
    }

    async fn enrol(&mut self, phone: usize) -> Result<()> {
        let person = if self.people > 0 && self.world.chance.u32(..12) == 0 {
            self.world.note(Fault::SamePerson);
            self.world.chance.u32(..self.people)
        } else {
            self.people += 1;
            self.people - 1
        };
        let (photo, killed_after) = (self.photo(), self.killed_after());
        let device = &self.world.phones[phone].device;
        let id = device.start_draft().await?;
        if killed_after != Some(Done::Opened) {
            device.set_fields(id, person::fields(person)).await?;
            device.add_photo(id, photo).await?;
        }
        let saved = match save(device, id, killed_after).await {
            // a person that this phone has, or a clock that is years off
            Err(SaveError::AlreadyEnrolled(_) | SaveError::Problems(_)) => Saved::Not,
            told => told?,
        };
        self.outcome.enrolments += u64::from(self.confirm(phone, saved).await?);
        Ok(())
    }

    async fn correct(&mut self, phone: usize) -> Result<()> {
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
        let killed_after = self.killed_after();
        let device = &self.world.phones[phone].device;
        device.reopen(id).await?;
        if killed_after != Some(Done::Opened) {
            device.set_fields(id, vec![(Field::Workplace, workplace)]).await?;
            if let Some(photo) = photo {
                device.add_photo(id, photo).await?;
            }
        }
        let saved = match save(device, id, killed_after).await {
            Err(SaveError::Problems(_) | SaveError::Decided | SaveError::AlreadyEnrolled(_)) => {
                device.discard(id).await?;
                Saved::Not
            }
            told => told?,
        };
        self.outcome.corrections += u64::from(self.confirm(phone, saved).await?);
        Ok(())
    }

    /// Notes what the kader was told; after a kill nothing was, and what is on the phone is what holds. Tells whether a save
    /// was confirmed.
    async fn confirm(&mut self, phone: usize, saved: Saved) -> Result<bool> {
        if saved == Saved::Killed {
            self.world.note(Fault::PhoneKilled);
            let phone = &mut self.world.phones[phone];
            phone.restart().await?;
            // the save may have been done and not yet said
            for (id, confirmed) in &mut phone.confirmed {
                if let Some(kept) = phone.device.record(*id).await?.enrolment {
                    *confirmed = kept;
                }
            }
        }
        let Saved::Said(id) = saved else { return Ok(false) };
        let phone = &mut self.world.phones[phone];
        let enrolment = phone.device.record(id).await?.enrolment.context("a record that was just saved is empty")?;
        phone.confirmed.insert(id, enrolment);
        if let Promise::Place { place, .. } = phone.device.record(id).await?.promise {
            phone.told.entry(id).or_insert(place);
        }
        phone.behind.remove(&id);
        Ok(true)
    }

    async fn sync(&mut self, phone: usize) -> Result<()> {
        let trouble = [0, 0, 3, 6, 12][self.world.chance.usize(..5)];
        self.world.phones[phone].link.set_trouble(trouble);
        let chance = &mut self.world.chance;
        let call = chance.u32(..10);
        let kill = [None, None, None, None, Some(Kill::Before(call)), Some(Kill::After(call))][chance.usize(..6)];
        let Phone { device, link, .. } = &self.world.phones[phone];
        let report = link.until_killed(kill, device.sync()).await;
        self.outcome.syncs += 1;
        match report {
            None => {
                self.world.note(Fault::PhoneKilled);
                self.world.phones[phone].restart().await?;
            }
            Some(report) if report.failure.is_none() => self.world.phones[phone].heard_at = self.world.time.now(),
            Some(_) => {}
        }
        Ok(())
    }

    /// In one case of eight, what was done when the app was killed.
    fn killed_after(&mut self) -> Option<Done> {
        let chance = &mut self.world.chance;
        (chance.u32(..8) == 0).then(|| [Done::Opened, Done::Filled, Done::Saved][chance.usize(..3)])
    }

    fn photo(&mut self) -> NewPhoto {
        let length = self.world.chance.usize(100..90_000);
        let mut jpeg = vec![0; length];
        self.world.chance.fill(&mut jpeg);
        jpeg[..4].copy_from_slice(&[0xff, 0xd8, 0xff, 0xe0]);
        NewPhoto { kind: PhotoKind::Ktp, jpeg, thumbnail: b"small".to_vec(), faults: Vec::new() }
    }

    /// The office looks at a record.
    fn judge(&mut self) -> Result<()> {
        let hub = self.world.hub.hub();
        let found = promise::held(&hub)?;
        let Some(found) = self.world.chance.choice(&found) else { return Ok(()) };
        let verdict = match self.world.chance.u32(..10) {
            0..6 => Verdict::Approve,
            6..9 => Verdict::Return(vec![Comment { field: Field::Workplace, text: "Tulis nama sawahnya".into() }]),
            _ => Verdict::Reject(RejectReason::NotResident, String::new()),
        };
        let row = hub.store.read::<_, HubError>(|connection| Ok(record::get(connection, found.id)?))?;
        let Some(row) = row else { return Ok(()) };
        match decide(&hub, row.id, row.change_seq, verdict, "kantor") {
            Ok(_) => self.outcome.decisions += 1,
            Err(DecisionError::Illegal) => return self.end(&hub, &row),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// In one case of four somebody whom the office has agreed to has died or takes it back.
    fn end(&mut self, hub: &Hub, row: &RecordRow) -> Result<()> {
        let what = match self.world.chance.u32(..8) {
            0 => Note::Ended(EndReason::Died),
            1 => Note::Withdrawn,
            _ => return Ok(()),
        };
        match ending::note(hub, row.id, row.change_seq, what, "kantor") {
            Ok(_) => self.outcome.decisions += 1,
            // returned to its kader, or over already
            Err(DecisionError::Illegal) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn jump_clock(&mut self, phone: usize) {
        self.world.note(Fault::ClockJump);
        let error = match self.world.chance.u32(..3) {
            0 => SignedDuration::ZERO,
            1 => SignedDuration::from_mins(self.world.chance.i64(-3_000..3_000)),
            _ => SignedDuration::from_hours(24 * self.world.chance.i64(-3_000..3_000)),
        };
        self.world.phones[phone].clock.set_error(error);
    }

    async fn pair_again(&mut self, phone: usize) -> Result<()> {
        self.world.note(Fault::PairedAgain);
        let code = self.world.pair_link(&self.world.phones[phone].name)?;
        let Phone { device, link, .. } = &self.world.phones[phone];
        // the kader tries the same code again until it works
        for trouble in [2, 2, 2, 0] {
            link.set_trouble(trouble);
            match device.pair_again(code.clone(), "sim").await {
                Err(PairError::Call(_) | PairError::WrongHub) if trouble > 0 => {}
                told => return Ok(told?),
            }
        }
        Ok(())
    }

    /// By the programme's file and a restart, or by the office; once the office has changed it, the file counts no more.
    fn change_places(&mut self) -> Result<()> {
        self.world.note(Fault::QuotaChanged);
        self.world.is_quota_the_offices |= self.world.chance.bool();
        if !self.world.is_quota_the_offices {
            self.world.places = self.world.chance.u32(1..12);
            return self.world.hub.set_places(self.world.places);
        }
        self.world.places = self.world.chance.u32(..12);
        self.world.hub.agree_to_places(self.world.places)?;
        let placed = promise::places_are_kept(&self.world, 0)?;
        ensure!(placed <= self.world.places, "{placed} placed after the office agreed to {}", self.world.places);
        Ok(())
    }
}

/// The last of a kader's steps, unless the app was killed before; one that is killed after it has said nothing.
async fn save(device: &Device, id: RecordId, killed_after: Option<Done>) -> Result<Saved, SaveError> {
    if killed_after.is_some_and(|done| done != Done::Saved) {
        return Ok(Saved::Killed);
    }
    device.save(id).await?;
    Ok(if killed_after.is_some() { Saved::Killed } else { Saved::Said(id) })
}
