//! How a phone becomes an office's, and how the PIN opens and closes it.

use super::{Device, Status};
use crate::key::{self, Pin, UnlockError};
use crate::pairing::{self, PairError, PairLink};
use crate::store::{self, StoreError, outbox, record, setting};
use crate::sync::failure::SyncFailure;

impl Device {
    /// Uses a pairing code and makes the encrypted store under a PIN. Nothing is left behind when it fails.
    pub async fn pair(&self, link: PairLink, pin: Pin, device_name: &str) -> Result<(), PairError> {
        if self.status() != Status::Unpaired {
            return Err(PairError::AlreadyPaired);
        }
        let paired = pairing::ask(self.env(), &link, device_name, self.pair_seed()?).await?;
        self.blocking(move |device| {
            // made beside and renamed, so that a phone is either paired or not
            let fresh = device.shared.folder.join("store.new");
            if fresh.exists() {
                std::fs::remove_dir_all(&fresh).map_err(StoreError::from)?;
            }
            std::fs::create_dir_all(&fresh).map_err(StoreError::from)?;
            let key = key::make(&fresh, &pin, device.env())?;
            let mut store = device.open(&fresh, &key)?;
            store.write(|tx| setting::take_pairing(tx, &paired))?;
            drop(store);
            std::fs::rename(&fresh, device.store_folder()).map_err(StoreError::from)?;
            std::fs::File::open(&device.shared.folder).and_then(|f| f.sync_all()).map_err(StoreError::from)?;
            *device.store() = Some(device.open(&device.store_folder(), &key)?);
            device.remember_office(&paired.pairing);
            device.say_changed();
            Ok(())
        })
        .await
    }

    /// Takes a new pairing code when the hub does not know the phone any more. Every record stays.
    pub async fn pair_again(&self, link: PairLink, device_name: &str) -> Result<(), PairError> {
        if self.status() != Status::Open {
            return Err(PairError::Call(SyncFailure::Locked));
        }
        // an answer from the old hub that is still on its way must not be taken for the new one's
        let _turn = self.sync_turn().await;
        let paired = pairing::ask(self.env(), &link, device_name, self.pair_seed()?).await?;
        self.remember_office(&paired.pairing);
        let is_taken = self
            .with_store(move |s| {
                s.write(|tx| {
                    let is_elsewhere = setting::village(tx)?.is_some_and(|old| old.code != paired.village.code);
                    if is_elsewhere && record::has_unfinished(tx)? {
                        return Ok(false);
                    }
                    setting::take_pairing(tx, &paired)?;
                    store::Result::Ok(true)
                })
            })
            .await;
        match is_taken {
            Ok(true) => Ok(()),
            Ok(false) => Err(PairError::OtherVillage),
            Err(error) => Err(PairError::Call(error.into())),
        }
    }

    /// Opens the store with the PIN.
    pub async fn unlock(&self, pin: Pin) -> Result<(), UnlockError> {
        self.blocking(move |device| {
            let folder = device.store_folder();
            let key = key::unwrap(&folder, &pin, device.env().clock.now())?;
            let mut store = device.open(&folder, &key)?;
            if let Ok(Some(pairing)) = store.read(setting::pairing) {
                device.remember_office(&pairing);
            }
            // whatever was under way when the app ended is not any more; a full phone is opened all the same, and then that
            // counts as under way for two minutes
            if let Err(error) = store.write(|tx| outbox::end_leases(tx, None)) {
                tracing::warn!(%error, "what was under way could not be given back");
            }
            *device.store() = Some(store);
            device.say_changed();
            Ok(())
        })
        .await
    }

    /// Closes the store and forgets the key. What was typed is in the store.
    pub fn lock(&self) {
        *self.store() = None;
        self.say_changed();
    }

    fn pair_seed(&self) -> Result<[u8; 16], PairError> {
        let fresh = self.env().random().map_err(|_| PairError::Call(SyncFailure::Phone))?;
        Ok(*self.shared.pair_seed.get_or_init(|| fresh))
    }
}
