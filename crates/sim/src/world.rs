//! The hub, its village and the phones.

use crate::clock::{PhoneClock, SeededEntropy, Time};
use crate::fault::{Fault, Tally};
use crate::link::{HUB_URL, Link};
use anyhow::{Context as _, Result, anyhow};
use axum::Router;
use jiff::Timestamp;
use payung_device::{Device, Env, KeyCost, PairLink, Pin};
use payung_domain::region::{Regions, VillageCode};
use payung_domain::{Enrolment, RecordId};
use payung_hub::quota::{self, Agreed};
use payung_hub::store::village::{self, VillageRow};
use payung_hub::{Context, Hub, HubError, Settings, pairing, router};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tempfile::TempDir;

/// The village of every run.
pub const VILLAGE: &str = "35.22.28.2004";
const PIN: &str = "246810";
/// A programme of three places in each village, before a run changes that.
const PROGRAMME: &str = include_str!("../programme.toml");
static REGIONS: LazyLock<Option<Arc<Regions>>> =
    LazyLock::new(|| Regions::load(include_bytes!("../../../assets/regions/regions.bin")).ok().map(Arc::new));

/// A folder in memory where there is one: a run writes and syncs thousands of times.
fn folder() -> Result<TempDir> {
    let memory = Path::new("/dev/shm");
    Ok(if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? })
}

/// The hub, which can be killed and started again. Clones share it.
#[derive(Clone)]
pub struct HubSlot(Arc<Slot>);

struct Slot {
    folder: PathBuf,
    context: Context,
    now: Mutex<(Arc<Hub>, Router)>,
}

impl HubSlot {
    fn open(folder: &Path, context: Context) -> Result<Self> {
        let now = Mutex::new(opened(folder, &context)?);
        Ok(Self(Arc::new(Slot { folder: folder.to_owned(), context, now })))
    }

    /// The hub that runs.
    pub fn hub(&self) -> Arc<Hub> {
        Arc::clone(&self.0.now.lock().unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Its service.
    pub fn router(&self) -> Router {
        self.0.now.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Ends the hub and starts it on the same files. It opened before, so it opens again; if it does not, the old one
    /// stays and the promises fail.
    pub fn restart(&self) {
        if let Ok(fresh) = opened(&self.0.folder, &self.0.context) {
            *self.0.now.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        }
    }

    /// No page more can be written, or as many as ever.
    pub fn set_disk_full(&self, is_full: bool) {
        // SQLite takes a limit below what there is for what there is
        let pages: i64 = if is_full { 1 } else { 1 << 30 };
        let set = self.hub().store.write::<_, HubError>(|transaction| {
            transaction.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
            Ok(())
        });
        drop(set);
    }

    /// The office looks at who would be affected by another number of places, and agrees.
    pub fn agree_to_places(&self, places: u32) -> Result<()> {
        let (hub, id) = (self.hub(), "sim".parse().map_err(|_| anyhow!("no programme id"))?);
        let seen = hub.store.read(|connection| quota::preview(&hub, connection, &id, places))?;
        let digest = seen.digest.to_string();
        let agreed = Agreed { places, digest: &digest, reason: "Simulasi", may_touch_covered: false };
        quota::change(&hub, &id, &agreed, "kantor").map(drop).map_err(Into::into)
    }

    /// How many places the programme's file has from now on.
    pub fn set_places(&self, places: u32) -> Result<()> {
        write_programme(&self.0.folder, places)?;
        *self.0.now.lock().unwrap_or_else(PoisonError::into_inner) = opened(&self.0.folder, &self.0.context)?;
        Ok(())
    }
}

fn write_programme(folder: &Path, places: u32) -> Result<()> {
    let programmes = folder.join("programmes");
    std::fs::create_dir_all(&programmes)?;
    Ok(std::fs::write(programmes.join("sim.toml"), PROGRAMME.replace("places = 3", &format!("places = {places}")))?)
}

fn opened(folder: &Path, context: &Context) -> Result<(Arc<Hub>, Router)> {
    let settings = Settings { programmes: Some(folder.join("programmes")), ..Settings::default() };
    let hub = Hub::open(&folder.join("data"), settings, context.clone())?;
    Ok((Arc::clone(&hub), router(hub)))
}

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
    /// Every record that the app said it has saved, as it was saved last.
    pub confirmed: BTreeMap<RecordId, Enrolment>,
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
    /// Copies the phone's files away.
    pub async fn back_up(&mut self) -> Result<()> {
        self.device.lock();
        let folder = folder()?;
        copy(self.folder.path(), folder.path())?;
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
        let forgotten = std::mem::replace(&mut self.confirmed, backup.confirmed);
        let is_other = |id: &RecordId| self.confirmed.get(id).is_some_and(|then| forgotten.get(id) != Some(then));
        self.behind.extend(forgotten.keys().filter(|id| is_other(id)));
        self.restart().await?;
        Ok(true)
    }

    /// As after the process was killed: nothing but the files is left.
    pub async fn restart(&mut self) -> Result<()> {
        self.device = device(self.folder.path(), &self.clock, &self.link, &self.entropy)?;
        Ok(self.device.unlock(pin()?).await?)
    }

    /// The folder with all that the phone keeps.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            std::fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn pin() -> Result<Pin> {
    Pin::parse(PIN).context("the PIN is none")
}

fn device(folder: &Path, clock: &Arc<PhoneClock>, link: &Link, entropy: &Arc<SeededEntropy>) -> Result<Device> {
    let regions = REGIONS.clone().context("the table of regions can't be read")?;
    let env = Env {
        clock: Arc::clone(clock) as _,
        entropy: Arc::clone(entropy) as _,
        transport: Arc::new(link.clone()),
        regions,
        key_cost: KeyCost { memory_kib: 8, passes: 1 },
    };
    Ok(Device::new(folder, env))
}

/// Everything that there is.
pub struct World {
    /// The true time.
    pub time: Time,
    /// The hub.
    pub hub: HubSlot,
    /// The phones of its village.
    pub phones: Vec<Phone>,
    /// How many places the programme has.
    pub places: u32,
    /// The office has changed the number, and the programme's file counts no more.
    pub is_quota_the_offices: bool,
    /// Where chance comes from.
    pub chance: fastrand::Rng,
    tally: Arc<Mutex<Tally>>,
    _folder: TempDir,
}

impl World {
    /// A village with so many phones, each paired.
    pub async fn new(seed: u64, phones: usize) -> Result<Self> {
        let mut chance = fastrand::Rng::with_seed(seed);
        let time = Time::default();
        let folder = folder()?;
        let places = chance.u32(1..12);
        write_programme(folder.path(), places)?;
        let (told, entropy) = (time.clone(), Arc::new(SeededEntropy::new(chance.fork())));
        let context = Context::new(
            move || told.now(),
            move |bytes| {
                entropy.draw(bytes);
                Ok(())
            },
        );
        let hub = HubSlot::open(folder.path(), context)?;
        let row = VillageRow {
            code: VILLAGE.parse().map_err(|_| anyhow!("no village code"))?,
            name: "Mojodelik".into(),
            district: "Gayam".into(),
            regency: "Kabupaten Bojonegoro".into(),
            programme: "sim".parse().map_err(|_| anyhow!("no programme id"))?,
        };
        hub.hub().store.write::<_, HubError>(|transaction| Ok(village::put(transaction, &row, 0)?))?;
        let mut world = Self {
            time,
            hub,
            phones: Vec::new(),
            places,
            is_quota_the_offices: false,
            chance,
            tally: Arc::default(),
            _folder: folder,
        };
        for number in 0..phones {
            world.add_phone(format!("Bu Contoh {number}")).await?;
        }
        Ok(world)
    }

    async fn add_phone(&mut self, name: String) -> Result<()> {
        let clock = Arc::new(PhoneClock::new(self.time.clone()));
        let link = Link::new(self.hub.clone(), self.time.clone(), self.chance.fork(), Arc::clone(&self.tally));
        let entropy = Arc::new(SeededEntropy::new(self.chance.fork()));
        let folder = folder()?;
        let device = device(folder.path(), &clock, &link, &entropy)?;
        device.pair(self.pair_link(&name)?, pin()?, "sim").await?;
        self.phones.push(Phone {
            name,
            device,
            clock,
            link,
            confirmed: BTreeMap::new(),
            behind: BTreeSet::new(),
            told: BTreeMap::new(),
            heard_at: self.time.now(),
            is_restored: false,
            backup: None,
            entropy,
            folder,
        });
        Ok(())
    }

    /// A fresh code for a kader.
    pub fn pair_link(&self, kader: &str) -> Result<PairLink> {
        let village: VillageCode = VILLAGE.parse().map_err(|_| anyhow!("no village code"))?;
        let code = pairing::make_code(&self.hub.hub(), village, kader, 24, "sim")?;
        PairLink::typed(HUB_URL, &code).context("the code is none")
    }

    /// A fault that was not the network's.
    pub fn note(&self, fault: Fault) {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).add(fault);
    }

    /// What has struck so far.
    pub fn tally(&self) -> Tally {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
