//! What happens, step by step, and the peace at the end.

use crate::brake::Life;
use crate::fault::{Fault, Tally};
use crate::link::Kill;
use crate::promise;
use crate::world::World;
use anyhow::{Context as _, Result, ensure};
use jiff::SignedDuration;
use payung_device::{PairError, SyncFailure};
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

/// A world and what has happened in it.
pub(crate) struct Village {
    pub(crate) world: World,
    /// How many were enrolled or begun.
    pub(crate) people: u32,
    placed: u32,
    pub(crate) outcome: Outcome,
}

impl Village {
    async fn new(seed: u64) -> Result<Self> {
        let phones = 1 + (seed % 3) as usize;
        Ok(Self { world: World::new(seed, phones).await?, people: 0, placed: 0, outcome: Outcome::default() })
    }

    async fn step(&mut self) -> Result<()> {
        let phone = self.world.chance.usize(..self.world.phones.len());
        match self.world.chance.u32(..114) {
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
            100..104 => {
                let is_full = self.world.chance.u32(..3) == 0;
                self.world.phones[phone].brake.set_full(is_full);
            }
            104.. => self.meet(phone).await?,
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
            phone.brake.set_full(false);
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
        self.hear_all().await?;
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

    async fn sync(&mut self, phone: usize) -> Result<()> {
        let trouble = [0, 0, 3, 6, 12][self.world.chance.usize(..5)];
        self.world.phones[phone].link.set_trouble(trouble);
        let chance = &mut self.world.chance;
        let kill = match chance.u32(..8) {
            0 => Some(Kill::Before(chance.u32(..10))),
            1 => Some(Kill::After(chance.u32(..10))),
            2 => Some(Kill::Inside(Life::drawn(chance))),
            _ => None,
        };
        let p = &self.world.phones[phone];
        let report = p.link.until_killed(kill, p.device.sync()).await;
        self.outcome.syncs += 1;
        match report {
            None => self.die(phone).await?,
            Some(report) if report.failure.is_none() => self.world.phones[phone].heard_at = self.world.time.now(),
            Some(report) if report.failure == Some(SyncFailure::Phone) => {
                ensure!(p.is_full(), "a sync can't use the store of a phone that has room");
                self.world.note(Fault::PhoneDiskFull);
            }
            Some(_) => {}
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
        let mut code = self.world.pair_link(&self.world.phones[phone].name)?;
        // the kader tries the same code again until it works
        for trouble in [2, 2, 2, 0] {
            let kill = self.kill().filter(|_| trouble > 0);
            let p = &self.world.phones[phone];
            p.link.set_trouble(trouble);
            match p.link.until_killed(kill, p.device.pair_again(code.clone(), "sim")).await {
                None => {
                    self.die(phone).await?;
                    // the phone has forgotten that it used the code
                    code = self.world.pair_link(&self.world.phones[phone].name)?;
                }
                Some(Err(PairError::Call(SyncFailure::Phone))) if p.is_full() => self.world.note(Fault::PhoneDiskFull),
                Some(Err(PairError::Call(_) | PairError::WrongHub)) if trouble > 0 => {}
                Some(told) => return Ok(told?),
            }
        }
        Ok(())
    }
}
