//! The one door to everything that a phone does without a screen.

mod drafting;
mod opening;
mod reminding;
mod reporting;
mod slip;
mod syncing;
mod villagers;
mod visiting;

pub use drafting::SaveError;
pub use reminding::{Reminder, Stopped, Why};
pub use slip::{NoSlip, SlipView};
pub(crate) use villagers::signed;
pub use villagers::{CheckedCode, Person, Scanned, Villager};
pub use visiting::Visit;

use crate::env::{Disk, Env};
use crate::key::{self, StoreKey};
use crate::letters::delivery::Deliveries;
use crate::pairing::Pairing;
use crate::sealing::SealError;
use crate::store::record::{Counts, RecordRow, RecordView};
use crate::store::{self, Store, StoreError, place, record, setting};
use crate::sync::failure::SyncFailure;
use crate::sync::pace::Pace;
use jiff::Timestamp;
use payung_domain::wire::Village;
use payung_domain::{PhotoHash, RecordId};
use serde::{Serialize, de::DeserializeOwned};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Whether the store can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// No office has taken this phone yet.
    Unpaired,
    /// The PIN opens it.
    Locked {
        /// Until then no PIN is taken.
        wait_until: Option<Timestamp>,
    },
    /// Ready.
    Open,
}

/// A call that found no use of the store.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// The PIN is needed first.
    #[error("the app is locked")]
    Locked,
    /// The phone was never paired.
    #[error("the phone is not paired")]
    NotPaired,
    /// The system gives no random numbers.
    #[error("no random numbers: {0}")]
    Entropy(std::io::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DeviceError> for SyncFailure {
    fn from(error: DeviceError) -> Self {
        match error {
            DeviceError::Locked => Self::Locked,
            DeviceError::NotPaired => Self::NotPaired,
            DeviceError::Entropy(_) => Self::Phone,
            DeviceError::Store(error) => error.into(),
        }
    }
}

impl From<SealError> for DeviceError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Entropy(error) => Self::Entropy(error),
            SealError::Key => Self::NotPaired,
        }
    }
}

impl From<rusqlite::Error> for DeviceError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// One phone. Clones share everything.
#[derive(Clone)]
pub struct Device {
    shared: Arc<Shared>,
}

struct Shared {
    folder: PathBuf,
    env: Env,
    /// Nothing on a phone.
    disk: Option<Arc<dyn Disk>>,
    store: Mutex<Option<Store>>,
    changed: watch::Sender<u64>,
    /// Makes the nonces of pairing: the same code gets the same one, so that a lost answer can be asked for again.
    pair_seed: std::sync::OnceLock<[u8; 16]>,
    /// One sync at a time; a second caller waits for its turn.
    syncing: tokio::sync::Mutex<()>,
    /// Reports go one after the other, beside a sync.
    reporting: tokio::sync::Mutex<()>,
    /// Held while reports are on their way.
    sending: tokio::sync::Mutex<()>,
    /// What became of reports since the app started.
    deliveries: Mutex<Deliveries>,
    /// What the link has let through lately.
    pace: Mutex<Pace>,
    /// The photo that was cut off last, and the hub's offset before the piece that did not go through.
    cut_at: Mutex<Option<(PhotoHash, usize)>>,
}

/// Where the store of a paired phone lies within the device's folder.
const STORE_FOLDER: &str = "store";

impl Device {
    /// The phone whose data lies in this folder; the folder is made when it is first needed.
    pub fn new(folder: impl Into<PathBuf>, env: Env) -> Self {
        Self::with_disk(folder, env, None)
    }

    /// The phone on a disk that may fail.
    pub fn with_disk(folder: impl Into<PathBuf>, env: Env, disk: Option<Arc<dyn Disk>>) -> Self {
        let shared = Shared {
            folder: folder.into(),
            env,
            disk,
            store: Mutex::new(None),
            changed: watch::Sender::new(0),
            pair_seed: std::sync::OnceLock::new(),
            syncing: tokio::sync::Mutex::new(()),
            reporting: tokio::sync::Mutex::new(()),
            sending: tokio::sync::Mutex::new(()),
            deliveries: Mutex::default(),
            pace: Mutex::default(),
            cut_at: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// What was given to it.
    pub fn env(&self) -> &Env {
        &self.shared.env
    }

    /// Counts up whenever something that a screen may show has changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changed.subscribe()
    }

    /// Whether the store can be used.
    pub fn status(&self) -> Status {
        if self.store().is_some() {
            return Status::Open;
        }
        let folder = self.store_folder();
        if key::exists(&folder) {
            Status::Locked { wait_until: key::waits_until(&folder, self.env().clock.now()) }
        } else {
            Status::Unpaired
        }
    }

    /// Whom the phone belongs to.
    pub async fn pairing(&self) -> Result<Pairing, DeviceError> {
        self.with_store(|s| s.read(setting::pairing)).await?.ok_or(DeviceError::NotPaired)
    }

    /// Where the phone enrols, as the hub last said.
    pub async fn village(&self) -> Result<Village, DeviceError> {
        self.with_store(|s| s.read(setting::village)).await?.ok_or(DeviceError::NotPaired)
    }

    /// The newest records, at most `most`; `search` finds part of a name or of a NIK.
    pub async fn records(&self, search: &str, most: u32) -> Result<Vec<RecordRow>, DeviceError> {
        let search = search.to_owned();
        self.with_store(move |s| s.read(|db| record::list(db, &search, most))).await
    }

    /// Drafts and unfinished corrections, newest first.
    pub async fn open_drafts(&self) -> Result<Vec<RecordRow>, DeviceError> {
        self.with_store(|s| s.read(record::open_drafts)).await
    }

    /// What waits for the kader: returned by the office, or refused by the hub.
    pub async fn needing_me(&self) -> Result<Vec<RecordRow>, DeviceError> {
        self.with_store(|s| s.read(record::needing_me)).await
    }

    /// The numbers of the home screen.
    pub async fn counts(&self) -> Result<Counts, DeviceError> {
        self.with_store(|s| s.read(record::counts)).await
    }

    /// Everything about one record.
    pub async fn record(&self, id: RecordId) -> Result<RecordView, DeviceError> {
        self.with_store(move |s| s.read(|db| record::view(db, id))).await
    }

    /// How many places this phone may promise without a signal.
    pub async fn places_to_promise(&self) -> Result<usize, DeviceError> {
        let now = self.env().clock.now();
        self.with_store(move |s| s.read(|db| Ok(place::free(db, now)?.len()))).await
    }

    /// A value that the screens keep: the language, the place where the kader was.
    pub async fn setting<T: DeserializeOwned + Send + 'static>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, DeviceError> {
        self.with_store(move |s| s.read(|db| setting::get(db, name))).await
    }

    /// Keeps a value for the screens.
    pub async fn set_setting<T: Serialize + Send + 'static>(
        &self,
        name: &'static str,
        value: T,
    ) -> Result<(), DeviceError> {
        self.with_store(move |s| s.write(|tx| setting::set(tx, name, &value))).await
    }

    pub(crate) fn say_changed(&self) {
        self.shared.changed.send_modify(|count| *count += 1);
    }

    /// Runs a job on the store, off the caller's thread.
    pub(crate) async fn with_store<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Store) -> store::Result<T> + Send + 'static,
    ) -> Result<T, DeviceError> {
        self.blocking(move |device| Ok(job(device.store().as_mut().ok_or(DeviceError::Locked)?)?)).await
    }

    async fn blocking<T: Send + 'static, E: Send + 'static>(
        &self,
        job: impl FnOnce(&Device) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let device = self.clone();
        match tokio::task::spawn_blocking(move || job(&device)).await {
            Ok(result) => result,
            // a bug in the job: let it be seen where it was called from
            Err(failure) => match failure.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // the runtime ends, and this task with it
                Err(_) => std::future::pending().await,
            },
        }
    }

    fn open(&self, folder: &Path, key: &StoreKey) -> store::Result<Store> {
        Store::open(folder, key, self.shared.disk.clone())
    }

    fn store(&self) -> MutexGuard<'_, Option<Store>> {
        // a transaction that panicked was rolled back: the store is as good as before
        self.shared.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store_folder(&self) -> PathBuf {
        self.shared.folder.join(STORE_FOLDER)
    }
}
