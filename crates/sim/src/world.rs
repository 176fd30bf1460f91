//! The hub, its village and the phones.

use crate::brake::{Brake, Life};
use crate::clock::{SeededEntropy, Time};
use crate::fault::{Fault, Tally};
use crate::folder::{folder as fresh_folder, left_in};
use crate::link::{HUB_URL, Link};
use crate::parcel::Handed;
use crate::phone::Phone;
use anyhow::{Context as _, Result, anyhow};
use axum::Router;
use payung_device::PairLink;
use payung_domain::region::VillageCode;
use payung_hub::store::village::{self, VillageRow};
use payung_hub::{Context, Hub, HubError, Settings, pairing, router};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tempfile::TempDir;

/// The village of every run.
pub const VILLAGE: &str = "35.22.28.2004";
/// A programme of three places in each village, before a run changes that.
const PROGRAMME: &str = include_str!("../programme.toml");

/// The hub, which can be killed and started again. Clones share it.
#[derive(Clone)]
pub struct HubSlot(Arc<Slot>);

struct Slot {
    folder: PathBuf,
    context: Context,
    now: Mutex<Running>,
}

/// A process.
struct Running {
    hub: Arc<Hub>,
    router: Router,
    brake: Arc<Brake>,
    data: TempDir,
}

impl HubSlot {
    fn open(folder: &Path, context: Context) -> Result<Self> {
        let now = Mutex::new(opened(folder, &context, fresh_folder()?)?);
        Ok(Self(Arc::new(Slot { folder: folder.to_owned(), context, now })))
    }

    /// The hub that runs.
    pub fn hub(&self) -> Arc<Hub> {
        Arc::clone(&self.now().hub)
    }

    /// Its service.
    pub fn router(&self) -> Router {
        self.now().router.clone()
    }

    /// What kills it in the middle of a call.
    pub fn brake(&self) -> Arc<Brake> {
        Arc::clone(&self.now().brake)
    }

    /// Kills the hub and starts it on the files that are left. It opened before, so it opens again; if it does not, the old
    /// one stays and the promises fail.
    pub fn restart(&self) {
        drop(self.replaced());
    }

    fn replaced(&self) -> Result<()> {
        let left = left_in(self.now().data.path())?;
        let fresh = opened(&self.0.folder, &self.0.context, left)?;
        *self.now() = fresh;
        Ok(())
    }

    fn now(&self) -> MutexGuard<'_, Running> {
        self.0.now.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// How many places the programme's file has from now on.
    pub fn set_places(&self, places: u32) -> Result<()> {
        write_programme(&self.0.folder, places)?;
        self.replaced()
    }
}

fn write_programme(folder: &Path, places: u32) -> Result<()> {
    let programmes = folder.join("programmes");
    std::fs::create_dir_all(&programmes)?;
    Ok(std::fs::write(programmes.join("sim.toml"), PROGRAMME.replace("places = 3", &format!("places = {places}")))?)
}

fn opened(folder: &Path, context: &Context, data: TempDir) -> Result<Running> {
    let settings = Settings { programmes: Some(folder.join("programmes")), ..Settings::default() };
    // each process has its own: the next one must not die of what killed this one
    let brake = Arc::new(Brake::new(fastrand::Rng::with_seed(0)));
    let asked = Arc::clone(&brake);
    let context = context.clone().with_brake(move |is_commit| asked.ends(is_commit));
    let hub = Hub::open(data.path(), settings, context)?;
    Ok(Running { router: router(Arc::clone(&hub)), hub, brake, data })
}

/// Everything that there is.
pub struct World {
    /// The true time.
    pub time: Time,
    /// The hub.
    pub hub: HubSlot,
    /// The phones of its village.
    pub phones: Vec<Phone>,
    /// Files of parcels that somebody has in hand.
    pub handed: Vec<Handed>,
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
        let folder = fresh_folder()?;
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
            handed: Vec::new(),
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
        let brake = Arc::new(Brake::new(self.chance.fork()));
        let (hub, time, tally) = (self.hub.clone(), self.time.clone(), Arc::clone(&self.tally));
        let link = Link::new(hub, time, self.chance.fork(), tally, Arc::clone(&brake));
        let entropy = SeededEntropy::new(self.chance.fork());
        let mut phone = Phone::new(name, &self.time, link, brake, entropy)?;
        let kill = (self.chance.u32(..4) == 0).then(|| Life::drawn(&mut self.chance));
        if !phone.pair(self.pair_link(&phone.name)?, kill).await? {
            // the code may be used up
            phone.pair(self.pair_link(&phone.name)?, None).await?;
        }
        self.phones.push(phone);
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
