//! A phone, what its kader was told, and what is left of it after a kill.

use crate::brake::{Brake, Life};
use crate::clock::{PhoneClock, SeededEntropy, Time};
use crate::folder::{folder, left_in};
use crate::link::{Kill, Link};
use anyhow::{Context as _, Result};
use jiff::Timestamp;
use payung_device::{Device, Disk as _, Env, KeyCost, PairLink, Pin, Status};
use payung_domain::ids::ContentHash;
use payung_domain::region::Regions;
use payung_domain::{Enrolment, RecordId};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;

const PIN: &str = "246810";
static REGIONS: LazyLock<Option<Arc<Regions>>> =
    LazyLock::new(|| Regions::load(include_bytes!("../../../assets/regions/regions.bin")).ok().map(Arc::new));

/// A phone and what its kader was told.
pub struct Phone {
    /// The kader.
    pub name: String,
    /// The app.
    pub device: Device,
    /// Its clock.
    pub clock: Arc<PhoneClock>,
    /// Its way to the hub.
    pub link: Link,
    /// What stands between its store and its disk.
    pub brake: Arc<Brake>,
    /// Every record that the app said it has saved, as it was saved last.
    pub confirmed: BTreeMap<RecordId, Enrolment>,
    /// Records that were begun and not saved, with the person.
    pub begun: BTreeMap<RecordId, u32>,
    /// Other phones' parcels that the app said it has taken along.
    pub carrying: BTreeSet<ContentHash>,
    /// Records of which the hub has heard more than this phone remembers, since it was put back to a backup.
    pub behind: BTreeSet<RecordId>,
    /// The places that the app told to people when they were saved.
    pub told: BTreeMap<RecordId, u32>,
    /// When a sync last went through.
    pub heard_at: Timestamp,
    /// Whether it was ever put back to a backup: it may have forgotten what it promised.
    pub is_restored: bool,
    backup: Option<Backup>,
    entropy: Arc<SeededEntropy>,
    folder: TempDir,
}

/// A phone's files as they once were, and what its kader had been told then.
struct Backup {
    folder: TempDir,
    confirmed: BTreeMap<RecordId, Enrolment>,
}

impl Phone {
    /// A new phone with the app, which no office knows.
    pub fn new(name: String, time: &Time, link: Link, brake: Arc<Brake>, entropy: SeededEntropy) -> Result<Self> {
        let clock = Arc::new(PhoneClock::new(time.clone()));
        let (entropy, folder) = (Arc::new(entropy), folder()?);
        let device = device(folder.path(), &clock, &link, &entropy, &brake)?;
        Ok(Self {
            name,
            device,
            clock,
            link,
            brake,
            confirmed: BTreeMap::new(),
            begun: BTreeMap::new(),
            carrying: BTreeSet::new(),
            behind: BTreeSet::new(),
            told: BTreeMap::new(),
            heard_at: time.now(),
            is_restored: false,
            backup: None,
            entropy,
            folder,
        })
    }

    /// Uses a code of the office for the first time; with `kill`, the app is killed after so many steps. Tells whether the
    /// phone is paired: it is, or it is as if nobody had tried.
    pub async fn pair(&mut self, code: PairLink, kill: Option<Life>) -> Result<bool> {
        let kill = kill.map(Kill::Inside);
        if let Some(told) = self.link.until_killed(kill, self.device.pair(code, pin()?, "sim")).await {
            told?;
            return Ok(true);
        }
        self.folder = left_in(self.folder.path())?;
        self.device = self.fresh()?;
        match self.device.status() {
            Status::Unpaired => Ok(false),
            _ => self.restart().await.map(|()| true),
        }
    }

    /// Copies the phone's files away.
    pub async fn back_up(&mut self) -> Result<()> {
        self.device.lock();
        let folder = left_in(self.folder.path())?;
        self.backup = Some(Backup { folder, confirmed: self.confirmed.clone() });
        self.restart().await
    }

    /// Puts the phone back to its backup, if it has one: what it made since is gone with its files, but for what the hub has.
    pub async fn put_back(&mut self) -> Result<bool> {
        let Some(backup) = self.backup.take() else { return Ok(false) };
        self.device.lock();
        self.link.forget();
        self.is_restored = true;
        self.folder = backup.folder;
        self.begun.clear();
        self.carrying.clear();
        let forgotten = std::mem::replace(&mut self.confirmed, backup.confirmed);
        let is_other = |id: &RecordId| self.confirmed.get(id).is_some_and(|then| forgotten.get(id) != Some(then));
        self.behind.extend(forgotten.keys().filter(|id| is_other(id)));
        self.restart().await?;
        Ok(true)
    }

    /// The process is killed: nothing but the files is left, with the log of changes as SQLite had it, because nobody closes
    /// the store. With `again`, opening it is killed after so many steps, and it is opened once more; tells whether that was so.
    pub async fn die(&mut self, again: Option<Life>) -> Result<bool> {
        let mut is_twice = false;
        self.folder = left_in(self.folder.path())?;
        if let Some(life) = again {
            self.device = self.fresh()?;
            self.brake.kill_after(life);
            let opened = self.device.unlock(pin()?).await;
            is_twice = self.brake.release();
            if is_twice {
                self.folder = left_in(self.folder.path())?;
            } else {
                opened?;
            }
        }
        self.restart().await?;
        Ok(is_twice)
    }

    /// The app is opened anew on what is in its folder.
    async fn restart(&mut self) -> Result<()> {
        self.device = self.fresh()?;
        self.device.unlock(pin()?).await.context("the app does not open")
    }

    fn fresh(&self) -> Result<Device> {
        device(self.folder.path(), &self.clock, &self.link, &self.entropy, &self.brake)
    }

    /// Whether its disk is.
    pub fn is_full(&self) -> bool {
        self.brake.is_full()
    }

    /// The folder with all that the phone keeps.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn pin() -> Result<Pin> {
    Pin::parse(PIN).context("the PIN is none")
}

fn device(
    folder: &Path,
    clock: &Arc<PhoneClock>,
    link: &Link,
    entropy: &Arc<SeededEntropy>,
    brake: &Arc<Brake>,
) -> Result<Device> {
    let regions = REGIONS.clone().context("the table of regions can't be read")?;
    let env = Env {
        clock: Arc::clone(clock) as _,
        entropy: Arc::clone(entropy) as _,
        transport: Arc::new(link.clone()),
        regions,
        key_cost: KeyCost { memory_kib: 8, passes: 1 },
    };
    Ok(Device::with_disk(folder, env, Some(Arc::clone(brake) as _)))
}
