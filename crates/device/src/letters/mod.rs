//! Reports of irregularities on their way to the office: a queue of its own beside the encrypted store, because anybody may
//! write one, before the PIN and on a phone that belongs to nobody.
//!
//! A letter is sealed to the office the moment it is written: from then on this phone can't read it either, and whoever takes
//! the phone away finds nothing. Only where the office's key is not known yet it lies under a key of the app's private folder, until
//! the office was heard. No token and no number of the phone goes with it. What is still being written is a [`draft`].

pub mod delivery;
pub mod draft;
mod file_key;
mod files;
pub mod office;

use crate::env::Env;
use crate::sealing::{SealError, seal};
use crate::store::StoreError;
use crate::sync::failure::SyncFailure;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use delivery::Delay;
use file_key::FileKey;
use files::{read_json, write_json};
use office::Office;
use payung_domain::ids::IrregularityId;
use payung_domain::irregularity::{Irregularity, Kind};
use payung_domain::region::VillageCode;
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// How the name of a letter's file ends.
const LETTER: &str = ".letter";
/// More letters than this are no person's.
const MOST_LETTERS: usize = 200;

/// What somebody tells.
#[derive(Clone)]
pub struct Told {
    /// What happened.
    pub kind: Kind,
    /// Where, if they say it.
    pub village: Option<VillageCode>,
    /// In their words.
    pub words: String,
    /// How to reach them; may be empty.
    pub contact: String,
}

/// A letter that has not arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub id: IrregularityId,
    /// Why it is still here.
    pub delay: Delay,
    /// The address of an office that was never heard: it may be mistyped, and the letter can still go to another one.
    pub unheard: Option<String>,
}

impl Waiting {
    /// Whether nothing but removing it helps.
    pub fn is_stuck(&self) -> bool {
        matches!(self.delay, Delay::Refused | Delay::Damaged)
    }
}

/// Why a letter can't be written or sent.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// There are no words in it.
    #[error("a report without words")]
    Empty,
    /// No office is known.
    #[error("no office is known")]
    NoOffice,
    /// So many wait already.
    #[error("too many reports wait already")]
    TooMany,
    /// The folder can't be used.
    #[error("folder: {0}")]
    Folder(#[from] std::io::Error),
    /// A file of the queue is damaged.
    #[error("a report can't be read")]
    Damaged,
    /// The store behind the PIN can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SealError> for LetterError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Entropy(error) => Self::Folder(error),
            SealError::Key => Self::NoOffice,
        }
    }
}

impl From<LetterError> for SyncFailure {
    fn from(_: LetterError) -> Self {
        Self::Phone
    }
}

/// A letter's file.
#[derive(Serialize, Deserialize)]
struct Letter {
    id: IrregularityId,
    office: Office,
    /// Base64: sealed to the office, or under this folder's key.
    content: String,
    is_sealed: bool,
    #[serde(default)]
    is_refused: bool,
}

/// Writes a letter to the office that is known. It is on the disk when this returns.
pub(crate) fn write(folder: &Path, env: &Env, told: &Told) -> Result<IrregularityId, LetterError> {
    let office = office::known(folder).ok_or(LetterError::NoOffice)?;
    if waiting(folder)?.len() >= MOST_LETTERS {
        return Err(LetterError::TooMany);
    }
    let id = IrregularityId::from_bytes(env.random()?);
    let report = Irregularity::new(id, told.kind, told.village, &told.words, &told.contact);
    let plain = report.ok_or(LetterError::Empty)?.padded().map_err(|_| LetterError::Damaged)?;
    let plain = Zeroizing::new(plain);
    let is_sealed = !office.hub_key.is_empty();
    let content = match is_sealed {
        true => seal(env, &office.hub_key, &plain)?,
        false => FileKey::of_letters(folder).lock(env, &plain)?,
    };
    let letter = Letter { id, office, content: STANDARD.encode(content), is_sealed, is_refused: false };
    write_json(&file_of(folder, id), &letter)?;
    Ok(id)
}

/// The letters that have not arrived.
pub(crate) fn waiting(folder: &Path) -> Result<Vec<Waiting>, LetterError> {
    let seen = files(folder)?.into_iter().filter_map(|(id, path)| match read_json::<Letter>(&path) {
        Ok(Some(letter)) => {
            let delay = if letter.is_refused { Delay::Refused } else { Delay::Turn };
            Some(Waiting { id, delay, unheard: (!letter.is_sealed).then_some(letter.office.hub_url) })
        }
        // it went in this very moment
        Ok(None) => None,
        Err(_) => Some(Waiting { id, delay: Delay::Damaged, unheard: None }),
    });
    Ok(seen.collect())
}

/// Takes a letter back that has not arrived.
pub(crate) fn forget(folder: &Path, id: IrregularityId) -> Result<(), LetterError> {
    files::remove(&file_of(folder, id))
}

/// Letters to an address at which no office was ever heard go to this office; tells which.
pub(crate) fn readdress(
    folder: &Path,
    env: &Env,
    from: &str,
    office: &Office,
) -> Result<Vec<IrregularityId>, LetterError> {
    let is_meant = |letter: &Letter| !letter.is_sealed && letter.office.hub_url == from;
    let mut moved = Vec::new();
    for mut letter in letters(folder)?.into_iter().filter(is_meant) {
        letter.office = office.clone();
        if !office.hub_key.is_empty() {
            close(folder, env, &mut letter)?;
        }
        write_json(&file_of(folder, letter.id), &letter)?;
        moved.push(letter.id);
    }
    Ok(moved)
}

/// Seals a letter to its office; from then on this phone can't read it any more.
fn close(folder: &Path, env: &Env, letter: &mut Letter) -> Result<(), LetterError> {
    let hidden = STANDARD.decode(&letter.content).map_err(|_| LetterError::Damaged)?;
    let plain = FileKey::of_letters(folder).open(&hidden)?;
    (letter.content, letter.is_sealed) = (STANDARD.encode(seal(env, &letter.office.hub_key, &plain)?), true);
    Ok(())
}

fn file_of(folder: &Path, id: IrregularityId) -> PathBuf {
    folder.join(format!("{id}{LETTER}"))
}

/// The files of all letters, by number.
fn files(folder: &Path) -> Result<Vec<(IrregularityId, PathBuf)>, LetterError> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let named = paths.filter_map(|path| Some((path.file_name()?.to_str()?.strip_suffix(LETTER)?.parse().ok()?, path)));
    let mut files: Vec<_> = named.collect();
    files.sort();
    Ok(files)
}

/// Every letter by number. One that can't be read is left where it is and blocks no other.
fn letters(folder: &Path) -> Result<Vec<Letter>, LetterError> {
    Ok(files(folder)?.iter().filter_map(|(_, path)| read_json(path).ok().flatten()).collect())
}
