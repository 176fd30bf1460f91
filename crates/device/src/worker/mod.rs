//! A worker's own phone: the cards of a family, without an account and without a PIN, readable at any time.
//!
//! They lie in the folder `worker` beside the kader's store. What is here is a copy of what the hub says: when its key is lost,
//! the receipt is scanned once more.

mod ask;
mod kept;
mod key_file;
mod meet;
mod typed;

pub use ask::Refreshed;
pub use kept::{CardId, KeptCard, ReceiptSays};
pub use typed::AddError;

use crate::device::CheckedCode;
use crate::env::Env;
use crate::store::wallet::{self, HubRow};
use crate::store::{Store, StoreError};
use payung_domain::card::Issuer;
use payung_domain::code::Verdict;
use payung_domain::day_of;
use payung_domain::worker::CardAccess;
use payung_domain::worker_key::WorkerKey;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The cards on this phone. Clones share everything.
#[derive(Clone)]
pub struct Wallet(Arc<Shared>);

struct Shared {
    folder: PathBuf,
    env: Env,
    store: Mutex<Option<Store>>,
    changed: watch::Sender<u64>,
    /// One at a time asks the hubs,
    asking: tokio::sync::Mutex<()>,
    /// and one waits for its turn.
    next: tokio::sync::Mutex<()>,
    last: Mutex<Option<Refreshed>>,
}

/// The wallet can't be used.
#[derive(Debug, thiserror::Error)]
pub enum WalletError {
    /// What is kept can't be read any more: its key is gone, or the file is damaged. Scan the receipts again.
    #[error("the key of the cards is lost")]
    KeyLost,
    /// The phone can't read or write.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a receipt's code says, for a wallet.
#[derive(Clone, PartialEq, Eq)]
pub struct ScannedReceipt {
    /// Opens the card.
    pub key: WorkerKey,
    /// Where the hub is.
    pub hub_url: String,
    /// Its public key.
    pub hub_key: [u8; 32],
    /// What it says, until the hub has answered.
    pub says: ReceiptSays,
}

type Result<T> = std::result::Result<T, WalletError>;

impl Wallet {
    /// The wallet in the app's data folder. Nothing is made before there is something to keep.
    pub fn new(folder: impl Into<PathBuf>, env: Env) -> Self {
        let folder = folder.into().join("worker");
        let (store, changed) = (Mutex::new(None), watch::Sender::new(0));
        let (asking, next) = (tokio::sync::Mutex::new(()), tokio::sync::Mutex::new(()));
        Self(Arc::new(Shared { folder, env, store, changed, asking, next, last: Mutex::new(None) }))
    }

    /// Counts up whenever something that a screen may show has changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    /// Whether anything was ever kept here.
    pub fn exists(&self) -> bool {
        self.0.folder.exists()
    }

    /// Every card, read at once from the phone; checked for today.
    pub async fn cards(&self) -> Result<Vec<KeptCard>> {
        let now = self.0.env.clock.now();
        self.with_store(move |store| store.read(|db| kept::all(db, now))).await.map(Option::unwrap_or_default)
    }

    /// Keeps a scanned receipt. Needs no signal; [`Wallet::refresh`] asks the hub later.
    pub async fn add(&self, scanned: ScannedReceipt) -> Result<CardId> {
        let id = self
            .make_store(move |store| {
                store.write(|tx| {
                    let hub = wallet::hub_of(tx, &scanned.hub_url, &hex::encode(scanned.hub_key))?;
                    let says = serde_json::to_string(&scanned.says)?;
                    wallet::keep(tx, hub, &CardAccess::Key { key: scanned.key }, Some(&says)).map(CardId)
                })
            })
            .await?;
        self.say_changed();
        Ok(id)
    }

    /// Forgets a card on this phone, and its office with the last one. At the office nothing changes.
    pub async fn remove(&self, id: CardId) -> Result<()> {
        self.with_store(move |store| store.write(|tx| wallet::remove(tx, id.0))).await?;
        self.say_changed();
        Ok(())
    }

    /// Forgets everything that can't be read any more, so that receipts can be scanned again.
    pub async fn start_anew(&self) -> Result<()> {
        self.blocking(|wallet| {
            *wallet.store() = None;
            match std::fs::remove_dir_all(&wallet.0.folder) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::from(error).into()),
                _ => Ok(()),
            }
        })
        .await?;
        self.say_changed();
        Ok(())
    }

    /// Asks every hub about every card and for the cards that were ended, and keeps the answers. Where one is under way and another
    /// waits to hear of what has come since, a third would hear nothing more: it tells what the last one did.
    pub async fn refresh(&self) -> Refreshed {
        let Ok(next) = self.0.next.try_lock() else { return self.last_refresh().unwrap_or_default() };
        let turn = self.0.asking.lock().await;
        drop(next);
        self.say_changed();
        let done = ask::all(self).await;
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
        drop(turn);
        self.say_changed();
        done
    }

    /// How the last refresh went, since the app started.
    pub fn last_refresh(&self) -> Option<Refreshed> {
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether hubs are being asked.
    pub fn is_refreshing(&self) -> bool {
        self.0.asking.try_lock().is_err()
    }

    /// Offices whose cards this phone believes: their hubs have answered under the address and key of a receipt. Each is named with
    /// its address, because a name can be chosen by anybody.
    pub async fn issuers(&self) -> Result<Vec<Issuer>> {
        let hubs = self.with_store(|store| store.read(wallet::hubs)).await?.unwrap_or_default();
        Ok(hubs.iter().filter_map(kept::issuer).collect())
    }

    /// Addresses of the hubs that have answered, the newest first, for whoever types a number.
    pub async fn hub_urls(&self) -> Result<Vec<String>> {
        let hubs: Vec<HubRow> = self.with_store(|store| store.read(wallet::hubs)).await?.unwrap_or_default();
        Ok(hubs.into_iter().rev().filter(|hub| hub.has_answered).map(|hub| hub.url).collect())
    }

    /// Checks anybody's card or receipt by the offices that this phone believes, and by the ended cards that it has heard of.
    pub async fn check(&self, text: String) -> Result<CheckedCode> {
        let now = self.0.env.clock.now();
        let code = text.clone();
        let checked = self.with_store(move |store| store.read(|db| kept::check(db, code, now))).await?;
        Ok(checked.unwrap_or_else(|| {
            let verdict = Verdict::of(&text, &[], |_| false, day_of(now));
            CheckedCode { text, verdict, ended_as_of: None }
        }))
    }

    fn say_changed(&self) {
        self.0.changed.send_modify(|count| *count += 1);
    }

    fn store(&self) -> MutexGuard<'_, Option<Store>> {
        self.0.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a job on the store, if there is one.
    async fn with_store<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Store) -> crate::store::Result<T> + Send + 'static,
    ) -> Result<Option<T>> {
        self.blocking(move |wallet| {
            let mut store = wallet.store();
            if store.is_none() && !wallet.exists() {
                return Ok(None);
            }
            Ok(Some(job(wallet.opened(&mut store)?)?))
        })
        .await
    }

    /// The same, and makes one where there is none.
    async fn make_store<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Store) -> crate::store::Result<T> + Send + 'static,
    ) -> Result<T> {
        self.blocking(move |wallet| {
            let mut store = wallet.store();
            if store.is_none() && !wallet.exists() {
                wallet.make()?;
            }
            Ok(job(wallet.opened(&mut store)?)?)
        })
        .await
    }

    /// Made beside and renamed, so that a key and its file are there together or not at all.
    fn make(&self) -> std::result::Result<(), StoreError> {
        let fresh = self.0.folder.with_extension("new");
        if fresh.exists() {
            std::fs::remove_dir_all(&fresh)?;
        }
        std::fs::create_dir_all(&fresh)?;
        let key = key_file::make(&fresh, &self.0.env)?;
        drop(Store::open_wallet(&fresh, &key)?);
        std::fs::rename(&fresh, &self.0.folder)?;
        if let Some(parent) = self.0.folder.parent() {
            std::fs::File::open(parent)?.sync_all()?;
        }
        Ok(())
    }

    fn opened<'a>(&self, store: &'a mut Option<Store>) -> Result<&'a mut Store> {
        if store.is_none() {
            let key = key_file::read(&self.0.folder).ok_or(WalletError::KeyLost)?;
            *store = Some(Store::open_wallet(&self.0.folder, &key).map_err(|error| match error.is_not_ours() {
                true => WalletError::KeyLost,
                false => error.into(),
            })?);
        }
        store.as_mut().ok_or(WalletError::KeyLost)
    }

    async fn blocking<T: Send + 'static>(&self, job: impl FnOnce(&Wallet) -> Result<T> + Send + 'static) -> Result<T> {
        let wallet = self.clone();
        match tokio::task::spawn_blocking(move || job(&wallet)).await {
            Ok(result) => result,
            // a bug in the job: let it be seen where it was called from
            Err(failure) => match failure.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // the runtime ends, and this task with it
                Err(_) => std::future::pending().await,
            },
        }
    }
}
