//! Typing, photographing, judging and saving: what a kader does with one record.

use super::{Device, DeviceError};
use crate::draft::DraftView;
use crate::judgement::{Judgement, Known, judge, known};
use crate::store::photo::{self, NewPhoto};
use crate::store::{self, StoreError, outbox, record, slip, theirs};
use payung_domain::draft::Problem;
use payung_domain::enrolment::Photo;
use payung_domain::merge::Conflict;
use payung_domain::{Draft, Field, Nik, PhotoHash, RecordId, WorkerKey};

/// Why a draft was not saved. It is kept as it was.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Fields must be mended.
    #[error("{} fields must be mended", .0.len())]
    Problems(Vec<Problem>),
    /// The person has a record on this phone.
    #[error("the NIK is enrolled already")]
    AlreadyEnrolled(RecordId),
    /// The office has decided; a correction comes too late.
    #[error("the record can't be changed any more")]
    Decided,
    /// The store can't be used.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

impl From<StoreError> for SaveError {
    fn from(error: StoreError) -> Self {
        Self::Device(error.into())
    }
}

impl Device {
    /// Starts a record; the village is filled in.
    pub async fn start_draft(&self) -> Result<RecordId, DeviceError> {
        let id = RecordId::from_bytes(self.env().random().map_err(DeviceError::Entropy)?);
        let mut fields = Draft::default();
        fields.set(Field::Village, self.village().await?.code.to_string());
        let now = self.env().clock.now();
        self.with_store(move |s| s.write(|tx| store::draft::start(tx, id, &fields, now))).await?;
        self.say_changed();
        Ok(id)
    }

    /// Opens a saved record for a correction.
    pub async fn reopen(&self, id: RecordId) -> Result<(), DeviceError> {
        let now = self.env().clock.now();
        self.with_store(move |s| s.write(|tx| store::draft::reopen(tx, id, now))).await?;
        self.say_changed();
        Ok(())
    }

    /// Takes a field as typed. When this returns the text is on disk.
    ///
    /// The one call that works on the caller's thread: the next key press must not overtake it.
    pub fn set_field(&self, id: RecordId, field: Field, text: &str) -> Result<(), DeviceError> {
        let now = self.env().clock.now();
        let mut guard = self.store();
        let store = guard.as_mut().ok_or(DeviceError::Locked)?;
        Ok(store.write(|tx| store::draft::set_field(tx, id, field, text, now))?)
    }

    /// Takes several fields at once, on disk together or not at all.
    pub async fn set_fields(&self, id: RecordId, fields: Vec<(Field, String)>) -> Result<(), DeviceError> {
        let now = self.env().clock.now();
        self.with_store(move |s| {
            s.write(|tx| fields.iter().try_for_each(|(f, text)| store::draft::set_field(tx, id, *f, text, now)))
        })
        .await
    }

    /// Stores a photo; it takes the place of the draft's photo of this kind.
    pub async fn add_photo(&self, id: RecordId, photo: NewPhoto) -> Result<Photo, DeviceError> {
        let now = self.env().clock.now();
        let photo = self.with_store(move |s| s.write(|tx| photo::add(tx, id, photo, now))).await?;
        self.say_changed();
        Ok(photo)
    }

    /// The JPEG of a photo, or its small picture.
    pub async fn photo(&self, id: RecordId, sha256: PhotoHash, is_small: bool) -> Result<Option<Vec<u8>>, DeviceError> {
        self.with_store(move |s| s.read(|db| photo::jpeg(db, id, sha256, is_small))).await
    }

    /// What was typed and taken so far.
    pub async fn draft(&self, id: RecordId) -> Result<DraftView, DeviceError> {
        self.with_store(move |s| s.read(|db| store::draft::view(db, id))).await
    }

    /// Throws away what was typed: a new record as a whole, a correction back to what was saved.
    pub async fn discard(&self, id: RecordId) -> Result<(), DeviceError> {
        self.with_store(move |s| s.write(|tx| store::draft::discard(tx, id))).await?;
        self.say_changed();
        Ok(())
    }

    /// Gives up a correction that came too late: the record is again what the hub holds.
    pub async fn give_up_correction(&self, id: RecordId) -> Result<(), DeviceError> {
        self.with_store(move |s| s.write(|tx| outbox::give_up_correction(tx, id))).await?;
        self.say_changed();
        Ok(())
    }

    /// What stands against a draft.
    pub async fn judge(&self, id: RecordId) -> Result<Judgement, DeviceError> {
        let device = self.clone();
        self.with_store(move |s| s.read(|db| Ok(judge(device.env(), db, id)?.0))).await
    }

    /// Where a record was changed here and elsewhere in different ways: this phone's text stands in the draft, and the other
    /// may be chosen instead.
    pub async fn conflicts(&self, id: RecordId) -> Result<Vec<Conflict>, DeviceError> {
        let merged = self.with_store(move |s| s.read(|db| theirs::merged(db, id))).await?;
        Ok(merged.map(|(_, conflicts)| conflicts).unwrap_or_default())
    }

    /// Whether the person with this NIK, which stands in this record, is enrolled already; a look that needs no signal.
    pub async fn known(&self, id: RecordId, nik: Nik) -> Result<Known, DeviceError> {
        self.with_store(move |s| s.read(|db| known(db, id, &nik))).await
    }

    /// Saves a draft and queues it for sending, in one transaction.
    pub async fn save(&self, id: RecordId) -> Result<(), SaveError> {
        let saved = self
            .blocking(move |device| {
                let now = device.env().clock.now();
                let fresh = WorkerKey::from_bytes(device.env().random().map_err(DeviceError::Entropy)?);
                let mut guard = device.store();
                let store = guard.as_mut().ok_or(DeviceError::Locked)?;
                store.write(|tx| {
                    let (judgement, enrolment) = judge(device.env(), tx, id)?;
                    if let Some(other) = judgement.duplicate {
                        return Err(SaveError::AlreadyEnrolled(other));
                    }
                    let Some(mut enrolment) = enrolment.filter(|_| judgement.problems.is_empty()) else {
                        return Err(SaveError::Problems(judgement.problems));
                    };
                    let stored = record::by_id(tx, id)?;
                    let next = outbox::next_state(&stored.state).ok_or(SaveError::Decided)?;
                    enrolment.worker_key = Some(slip::settle_key(tx, &stored, fresh)?);
                    Ok(store::draft::save(tx, id, &enrolment, next, now)?)
                })
            })
            .await;
        self.say_changed();
        saved
    }
}
