//! Everything that a running hub has in its hands.

use crate::bucket::Bucket;
use crate::catalogue::Catalogue;
use crate::context::Context;
use crate::enrolled::Filters;
use crate::error::{ApiError, HubError};
use crate::files::work::Desk;
use crate::key::HubKey;
use crate::limiter::Limiter;
use crate::metrics::Metrics;
use crate::photos::PhotoFolder;
use crate::sign_in;
use crate::store::sql::DatabaseUrl;
use crate::store::{Source, Store, device, snapshot};
use payung_domain::Programme;
use payung_domain::programme::ProgrammeId;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What an operator chooses.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The office as a person calls it.
    pub name: String,
    /// Where phones reach this hub, without a slash at the end; nothing when it was not said.
    pub public_url: Option<String>,
    /// Where whole photos lie, `s3://bucket/prefix`; nothing for the data folder.
    pub photos: Option<String>,
    /// Programmes beside the embedded ones.
    pub programmes: Option<PathBuf>,
    /// A PostgreSQL database, which other hubs may share; nothing for SQLite's file in the data folder.
    pub database: Option<DatabaseUrl>,
    /// A reverse proxy stands before this hub and tells the caller's address in `X-Forwarded-For`.
    pub is_behind_proxy: bool,
    /// How long a verdict can be taken back before it takes effect; 0 takes effect at once.
    pub undo_seconds: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "Dinas Ketenagakerjaan".into(),
            public_url: None,
            photos: None,
            programmes: None,
            database: None,
            is_behind_proxy: false,
            undo_seconds: 30,
        }
    }
}

impl Settings {
    /// Where the rows of the hub with this data folder lie.
    pub fn source(&self, folder: &Path) -> Source {
        self.database.clone().map_or_else(|| Source::File(folder.join("hub.db")), Source::Postgres)
    }
}

/// How often each caller may do what.
pub struct Limits {
    /// Wrong pairing codes, per address.
    pub pair: Limiter,
    /// Wrong passwords, per address.
    pub sign_in: Limiter,
    /// Calls of one phone.
    pub device: Limiter,
    /// Asking for a worker's card, per address; what opens one is given back.
    pub card: Limiter,
    /// Asks for ended cards, per address.
    pub ended: Limiter,
    /// Calls of phones that belong to nobody, per address, whatever is in them.
    pub strangers: Limiter,
    /// New reports of irregularities, per address.
    pub reports: Limiter,
    /// The same, of all addresses together.
    pub all_reports: Limiter,
}

/// A hub with its data folder.
pub struct Hub {
    /// The database.
    pub store: Store,
    /// Photos, and uploads under way.
    pub photos: PhotoFolder,
    /// Signs answers.
    pub key: HubKey,
    /// Programmes and regions.
    pub catalogue: Catalogue,
    /// Time and randomness.
    pub context: Context,
    /// Counters.
    pub metrics: Metrics,
    /// Who is enrolled, as phones may know it.
    pub filters: Filters,
    /// Rate limits.
    pub limits: Limits,
    /// The operator's choices.
    pub settings: Settings,
    /// Whether this process works on files.
    pub desk: Desk,
    /// Passwords that may be hashed at once: each takes 19 MiB.
    hashing: Arc<Semaphore>,
    /// Blocking jobs at once, and with them open readers of the database.
    jobs: Arc<Semaphore>,
}

/// More would only wait for the disk and for the one writer.
const MOST_JOBS: usize = 32;

impl Hub {
    /// Opens a data folder, or makes it: database, key and folders for photos.
    pub fn open(folder: &Path, settings: Settings, context: Context) -> Result<Arc<Self>, HubError> {
        make_private_folder(folder)?;
        shut_out_others(folder);
        let source = settings.source(folder);
        if let Source::File(_) = source {
            snapshot::keep_before_migration(folder, context.now().as_millisecond())?;
        }
        let store = Store::open_source(source)?;
        if let Some(brake) = context.brake() {
            store.stop_at(&brake)?;
        }
        let bucket = settings.photos.as_deref().map(Bucket::open).transpose()?;
        let catalogue = Catalogue::load(settings.programmes.as_deref())?;
        let has_phones = !store.read::<_, HubError>(|connection| Ok(device::is_empty(connection)?))?;
        Ok(Arc::new(Self {
            store,
            photos: PhotoFolder::open(folder, bucket, settings.database.is_some())?,
            key: HubKey::open(&folder.join("hub.key"), &context, has_phones)?,
            catalogue,
            context,
            metrics: Metrics::default(),
            filters: Filters::default(),
            limits: Limits {
                // A village's phones and a whole mobile network may share one address.
                pair: Limiter::new(20, 6.0),
                // Before the one in the database, which every process shares: a flood costs no write.
                sign_in: Limiter::new(sign_in::TRIES, sign_in::SECONDS_EACH),
                // A village of 250 sends its photos in one go: a call for each, and one for every 32 kB of it.
                device: Limiter::new(2_000, 0.05),
                // Before the counts in the database (guess.rs): a flood costs no write.
                card: Limiter::new(60, 2.0),
                // Each phone asks once a sync, and a mobile network may share one address.
                ended: Limiter::new(600, 0.2),
                // A whole mobile network may share one address. Phones wait and try again: nothing is lost by this.
                strangers: Limiter::new(40, 5.0),
                // Slower than the common one by far: no single address uses that one up.
                reports: Limiter::new(40, 120.0),
                // 24 kB each: a flood from everywhere brings 200 MB a day at most, until too many wait (irregularities.rs).
                all_reports: Limiter::new(2_000, 10.0),
            },
            settings,
            desk: Desk::default(),
            hashing: Arc::new(Semaphore::new(2)),
            jobs: Arc::new(Semaphore::new(MOST_JOBS)),
        }))
    }

    /// Runs blocking work off the threads that serve connections.
    pub async fn run<T, E>(self: &Arc<Self>, work: impl FnOnce(&Hub) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<HubError> + Send + 'static,
    {
        let hub = Arc::clone(self);
        // Owned by the job itself: a caller that goes away does not end its job.
        let permit = Arc::clone(&self.jobs).acquire_owned().await.map_err(|_| HubError::Thread)?;
        let job = move || {
            let _permit = permit;
            work(&hub)
        };
        tokio::task::spawn_blocking(job).await.unwrap_or_else(|_| Err(HubError::Thread.into()))
    }

    /// A programme that a village or a record names.
    pub fn programme(&self, id: &ProgrammeId) -> Result<&Programme, HubError> {
        self.catalogue.programme(id).ok_or_else(|| HubError::Programme {
            name: id.to_string(),
            reason: "a village or a record names it, but there is no such programme".into(),
        })
    }

    /// Runs blocking work that hashes a password, a few at a time.
    pub async fn run_hash<T, E>(
        self: &Arc<Self>,
        work: impl FnOnce(&Hub) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<HubError> + Send + 'static,
    {
        let permit = Arc::clone(&self.hashing).acquire_owned().await.map_err(|_| HubError::Thread)?;
        self.run(move |hub| {
            // Given back by the hash itself: a browser that goes away does not end it.
            let _permit = permit;
            work(hub)
        })
        .await
    }

    /// Takes one call from a caller's bucket.
    pub fn allow(&self, limiter: &Limiter, caller: &str) -> Result<(), ApiError> {
        limiter.take(caller, self.context.now()).map_err(ApiError::too_many)
    }
}

/// Makes a folder that no other user of the machine can look into.
pub fn make_private_folder(folder: &Path) -> Result<(), HubError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    Ok(())
}

/// Closes a folder that was there before to other users: the database in it holds names and NIKs.
fn shut_out_others(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let is_open = std::fs::metadata(folder).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0);
        if is_open && let Err(error) = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)) {
            // The folder may be another user's, shared with this one on purpose: the hub can still work.
            tracing::warn!(%error, "other users of this machine can look into the data folder");
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
}
