//! Reports of irregularities: written with or without a PIN, sent with or without a pairing.

use super::Device;
use crate::letters::delivery::{self, Deliveries};
use crate::letters::draft::{self, ReportDraft};
use crate::letters::office::{self, Office, OfficeLink};
use crate::letters::{self, LetterError, Told, Waiting};
use crate::pairing::Pairing;
use crate::store::setting;
use crate::sync::failure::SyncFailure;
use payung_domain::ids::IrregularityId;
use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError};

/// Where they wait within the device's folder.
const LETTERS_FOLDER: &str = "letters";
/// The setting that keeps what is written behind the PIN; an empty form is kept as null.
const DRAFT: &str = "report_draft";

impl Device {
    /// The office that reports go to: the one that the phone was paired with last, or that was scanned or typed.
    pub async fn office(&self) -> Option<Office> {
        self.blocking(|device| Ok::<_, LetterError>(office::known(&device.letters_folder()))).await.ok().flatten()
    }

    /// Notes an office that was scanned or typed, for reports.
    pub async fn meet_office(&self, link: OfficeLink) -> Result<(), LetterError> {
        self.blocking(move |device| {
            let folder = device.letters_folder();
            office::remember(&folder, &office::behind(&folder, link))
        })
        .await?;
        self.say_changed();
        Ok(())
    }

    /// What stands in the form of a report. Behind the PIN that is what was written there, and where nothing was, what was
    /// written before the PIN; never the other way round.
    pub async fn report_draft(&self) -> Result<ReportDraft, LetterError> {
        self.blocking(|device| {
            let guard = device.store();
            let kept = match guard.as_ref() {
                Some(store) => store.read(|db| setting::get::<Option<ReportDraft>>(db, DRAFT))?.flatten(),
                None => None,
            };
            Ok(match kept {
                Some(draft) => draft,
                None => draft::read(&device.letters_folder())?.unwrap_or_default(),
            })
        })
        .await
    }

    /// Keeps what stands in the form of a report, or removes it where nothing does. When this returns it is on disk.
    ///
    /// Works on the caller's thread, as [`Device::set_field`] does: the next key press must not overtake it.
    pub fn keep_report_draft(&self, draft: &ReportDraft) -> Result<(), LetterError> {
        let (mut guard, folder) = (self.store(), self.letters_folder());
        let Some(store) = guard.as_mut() else { return draft::keep(&folder, self.env(), draft) };
        let is_first = store.write(|tx| {
            let old: Option<Option<ReportDraft>> = setting::get(tx, DRAFT)?;
            setting::set(tx, DRAFT, &Some(draft).filter(|draft| !draft.is_empty()))?;
            crate::store::Result::Ok(old.flatten().is_none())
        })?;
        // what was begun before the PIN goes on behind it
        if is_first { draft::remove(&folder) } else { Ok(()) }
    }

    /// Writes a report down, sealed to the office, and removes the draft; [`Device::send_reports`] brings it there.
    pub async fn report(&self, told: Told) -> Result<IrregularityId, LetterError> {
        let written = self.blocking(move |device| {
            let id = letters::write(&device.letters_folder(), device.env(), &told)?;
            if let Err(error) = device.keep_report_draft(&ReportDraft::default()) {
                tracing::warn!(%error, "a draft of a report was not removed");
            }
            Ok::<_, LetterError>(id)
        });
        let id = written.await?;
        self.say_changed();
        Ok(id)
    }

    /// The reports that the office has not signed for, each with the reason.
    pub async fn reports_waiting(&self) -> Result<Vec<Waiting>, LetterError> {
        let mut waiting = self.blocking(|device| letters::waiting(&device.letters_folder())).await?;
        self.deliveries().explain(&mut waiting);
        Ok(waiting)
    }

    /// Whether the office has signed for a report since the app started. That nothing waits any more is no such proof.
    pub fn has_arrived(&self, id: IrregularityId) -> bool {
        self.deliveries().has_arrived(id)
    }

    /// Removes a report that has not arrived.
    pub async fn forget_report(&self, id: IrregularityId) -> Result<(), LetterError> {
        let _turn = self.shared.reporting.lock().await;
        self.blocking(move |device| letters::forget(&device.letters_folder(), id)).await?;
        self.say_changed();
        Ok(())
    }

    /// Reports to an address at which no office was ever heard go to another one, and the next ones too.
    pub async fn readdress_reports(&self, from: String, link: OfficeLink) -> Result<(), LetterError> {
        let _turn = self.shared.reporting.lock().await;
        let moved = self.blocking(move |device| {
            let folder = device.letters_folder();
            let office = office::behind(&folder, link);
            if office::known(&folder).is_none_or(|known| known.hub_url == from) {
                office::remember(&folder, &office)?;
            }
            letters::readdress(&folder, device.env(), &from, &office)
        });
        let moved = moved.await?;
        self.deliveries().start_anew(&moved);
        self.say_changed();
        Ok(())
    }

    /// Sends the reports that wait; tells how many have arrived. One at a time; what failed stays.
    pub async fn send_reports(&self) -> Result<u32, SyncFailure> {
        let _turn = self.shared.reporting.lock().await;
        let folder = self.letters_folder();
        if !delivery::is_due(&folder)? {
            return Ok(0);
        }
        let sending = self.shared.sending.lock().await;
        self.say_changed();
        let round = delivery::deliver(&folder, self.env()).await;
        if let Ok(round) = &round {
            self.deliveries().take(round, self.env().clock.now());
        }
        drop(sending);
        self.say_changed();
        let round = round?;
        let arrived = u32::try_from(round.arrived.len()).unwrap_or(u32::MAX);
        round.failure().map_or(Ok(arrived), Err)
    }

    /// Whether reports are on their way.
    pub fn is_sending_reports(&self) -> bool {
        self.shared.sending.try_lock().is_err()
    }

    /// Writes down which office the phone belongs to, where it is found without the PIN.
    pub(super) fn remember_office(&self, pairing: &Pairing) {
        let Pairing { hub_url, hub_key, hub_name, .. } = pairing.clone();
        if let Err(error) = office::remember(&self.letters_folder(), &Office { hub_url, hub_key, hub_name }) {
            tracing::warn!(%error, "the office was not noted for reports");
        }
    }

    fn letters_folder(&self) -> PathBuf {
        self.shared.folder.join(LETTERS_FOLDER)
    }

    fn deliveries(&self) -> MutexGuard<'_, Deliveries> {
        self.shared.deliveries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
