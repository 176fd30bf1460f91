//! When the phone speaks with the hub, by turns, and what it remembers of the link.

use super::{Device, DeviceError};
use crate::store::{outbox, setting};
use crate::sync::pace::Pace;
use crate::sync::{self, JournalEntry, Occasion, Report};
use crate::transport::{Method, Request};
use payung_domain::{PhotoHash, RecordId};
use std::sync::PoisonError;
use tokio::sync::MutexGuard;

/// The turn to speak with the hub. When it ends, also by being given up, whoever watches hears of it.
pub(super) struct SyncTurn<'a> {
    device: &'a Device,
    held: Option<MutexGuard<'a, ()>>,
}

impl Drop for SyncTurn<'_> {
    fn drop(&mut self) {
        // first: whoever hears of it and looks at once must not see it going on
        self.held = None;
        self.device.say_changed();
    }
}

impl Device {
    /// Exchanges with the hub everything there is to exchange, because the kader asks for it.
    pub async fn sync(&self) -> Report {
        self.sync_on(Occasion::default()).await
    }

    /// Exchanges with the hub what the occasion allows, and writes down how it went.
    pub async fn sync_on(&self, occasion: Occasion) -> Report {
        let _turn = self.sync_turn().await;
        let report = sync::run(self, occasion).await;
        let at = self.env().clock.now();
        if let Err(error) = self.with_store(move |s| s.write(|tx| setting::journal(tx, at, &report))).await {
            tracing::warn!(%error, "the sync journal was not written");
        }
        report
    }

    /// One at a time; a second caller waits.
    pub(super) async fn sync_turn(&self) -> SyncTurn<'_> {
        let held = self.shared.syncing.lock().await;
        self.say_changed();
        SyncTurn { device: self, held: Some(held) }
    }

    /// Whether a sync is under way.
    pub fn is_syncing(&self) -> bool {
        self.shared.syncing.try_lock().is_err()
    }

    /// Whether photos wait for a Wi-Fi.
    pub async fn are_photos_on_wifi(&self) -> Result<bool, DeviceError> {
        Ok(self.setting(setting::PHOTOS_ON_WIFI).await?.unwrap_or(false))
    }

    /// Lets photos wait for a Wi-Fi, or not.
    pub async fn set_photos_on_wifi(&self, is_on: bool) -> Result<(), DeviceError> {
        self.set_setting(setting::PHOTOS_ON_WIFI, is_on).await?;
        self.say_changed();
        Ok(())
    }

    /// The photos of a record go with the next sync, whatever the link.
    pub async fn hurry(&self, id: RecordId) -> Result<(), DeviceError> {
        self.with_store(move |s| s.write(|tx| outbox::hurry(tx, id))).await?;
        self.say_changed();
        Ok(())
    }

    /// Whether anything answers at the hub's address. Costs a few hundred bytes.
    pub async fn probe(&self) -> bool {
        let Ok(pairing) = self.pairing().await else { return false };
        let url = format!("{}/healthz", pairing.hub_url);
        let request = Request { method: Method::Head, url, headers: Vec::new(), body: Vec::new() };
        self.env().transport.call(request).await.is_ok()
    }

    /// How the last syncs went, newest first.
    pub async fn journal(&self, most: u32) -> Result<Vec<JournalEntry>, DeviceError> {
        self.with_store(move |s| s.read(|db| setting::journal_entries(db, most))).await
    }

    pub(crate) fn pace(&self) -> Pace {
        *self.shared.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_pace(&self, pace: Pace) {
        *self.shared.pace.lock().unwrap_or_else(PoisonError::into_inner) = pace;
    }

    pub(crate) fn cut_at(&self) -> Option<(PhotoHash, usize)> {
        *self.shared.cut_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_cut_at(&self, cut_at: (PhotoHash, usize)) {
        *self.shared.cut_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(cut_at);
    }
}
