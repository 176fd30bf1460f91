//! A report that is being written: kept with each key press, because the system may end the app behind its camera.
//!
//! Here lies what is written before the PIN. What is written behind it lies in the store, so that nobody reads it without the PIN
//! ([`crate::Device::report_draft`]).

use super::file_key::FileKey;
use super::{LetterError, files};
use crate::env::Env;
use payung_domain::irregularity::Kind;
use payung_domain::region::VillageCode;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Drafts are kept in steps of so many bytes, so that the file's length tells nothing.
const STEP: usize = 1 << 10;

/// What stands in the form of a report.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportDraft {
    /// What happened.
    pub kind: Option<Kind>,
    /// Where.
    pub village: Option<VillageCode>,
    /// In the person's words, as typed so far.
    pub words: String,
    /// How to reach them.
    pub contact: String,
    /// The address of an office, as typed so far.
    pub address: String,
}

impl ReportDraft {
    /// Whether nothing stands there.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl std::fmt::Debug for ReportDraft {
    /// Words and contact stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReportDraft({} letters)", self.words.chars().count())
    }
}

/// The draft of this folder. One that can't be opened any more is gone.
pub(crate) fn read(folder: &Path) -> Result<Option<ReportDraft>, LetterError> {
    let Some(hidden) = files::read(&file_of(folder))? else { return Ok(None) };
    match FileKey::of_draft(folder).open(&hidden) {
        Ok(plain) => Ok(serde_json::from_slice(&plain).ok()),
        Err(LetterError::Damaged) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Keeps a draft, or removes it where nothing stands in it. On the disk when this returns.
pub(crate) fn keep(folder: &Path, env: &Env, draft: &ReportDraft) -> Result<(), LetterError> {
    if draft.is_empty() {
        return remove(folder);
    }
    let mut plain = Zeroizing::new(serde_json::to_vec(draft).map_err(|_| LetterError::Damaged)?);
    let padded = plain.len().next_multiple_of(STEP);
    plain.resize(padded, b' ');
    let key = FileKey::of_draft(folder);
    let hidden = match key.lock(env, &plain) {
        // a torn key opens nothing
        Err(LetterError::Damaged) => {
            key.remove()?;
            key.lock(env, &plain)?
        }
        hidden => hidden?,
    };
    files::write(&file_of(folder), &hidden)
}

/// Removes the draft and its key.
pub(crate) fn remove(folder: &Path) -> Result<(), LetterError> {
    FileKey::of_draft(folder).remove()?;
    files::remove(&file_of(folder))
}

fn file_of(folder: &Path) -> PathBuf {
    folder.join("draft")
}
