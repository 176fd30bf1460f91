//! Files that are there as a whole or not at all.

use super::LetterError;
use serde::{Serialize, de::DeserializeOwned};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// What a file holds, where there is one.
pub(super) fn read(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, LetterError> {
    read(path)?.map(|bytes| serde_json::from_slice(&bytes).map_err(|_| LetterError::Damaged)).transpose()
}

pub(super) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), LetterError> {
    write(path, &serde_json::to_vec(value).map_err(|_| LetterError::Damaged)?)
}

/// Beside its place first, so that a crash leaves the old file or the new one; for this app's user only.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), LetterError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let fresh = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    Ok(File::open(folder)?.sync_all()?)
}

/// Where there is none, nothing happens.
pub(super) fn remove(path: &Path) -> Result<(), LetterError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
