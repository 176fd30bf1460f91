//! A name that one call alone may use at a time, in this process and in every other one that shares the folder.

use crate::error::{ApiError, HubError};
use crate::hub::make_private_folder;
use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Of the files that hold uploads: 64 letters of a hash and an ending.
const LONGEST_NAME: usize = 80;

/// Claims of one folder.
pub struct Claims {
    busy: Arc<Mutex<HashSet<String>>>,
    /// Where other processes see them; nothing where this one is alone.
    shared: Option<PathBuf>,
}

/// Held as long as this lives. Whoever writes owns it, on whatever thread.
pub struct Claim {
    busy: Arc<Mutex<HashSet<String>>>,
    name: String,
    shared: Option<(PathBuf, File)>,
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some((path, _locked)) = self.shared.take() {
            // gone before the lock: who has it open already sees that it is another file by then
            let _ = std::fs::remove_file(path);
        }
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}

impl Claims {
    /// With a folder where other processes share these.
    pub fn open(shared: Option<PathBuf>) -> Result<Self, HubError> {
        shared.as_deref().map(make_private_folder).transpose()?;
        Ok(Self { busy: Arc::default(), shared })
    }

    /// Takes a name, or refuses: somebody has it. Only what can name a file of this very folder is a name, for the claim's file is
    /// removed at its end.
    pub fn take(&self, name: &str) -> Result<Claim, ApiError> {
        if Path::new(name).file_name() != Some(name.as_ref()) || name.contains('\0') || name.len() > LONGEST_NAME {
            return Err(ApiError::not_found("upload"));
        }
        let conflict = || ApiError::conflict("another call writes to this upload");
        if !self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned()) {
            return Err(conflict());
        }
        let mut claim = Claim { busy: Arc::clone(&self.busy), name: name.to_owned(), shared: None };
        if let Some(folder) = &self.shared {
            claim.shared = Some(lock(&folder.join(name))?.ok_or_else(conflict)?);
        }
        Ok(claim)
    }
}

/// The system gives a lock back when its process ends, however it ends.
fn lock(path: &Path) -> Result<Option<(PathBuf, File)>, HubError> {
    let file = File::options().create(true).write(true).truncate(false).open(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error.into()),
        Ok(()) => Ok(is_at(&file, path).then(|| (path.to_owned(), file))),
    }
}

/// Whether a file still has its name: who had it before may have removed it since it was opened.
fn is_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let place = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
        file.metadata().ok().map(place) == std::fs::metadata(path).ok().map(place)
    }
    #[cfg(not(unix))]
    {
        let _ = (file, path);
        true
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_is_taken_once_by_all_who_share_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Claims::open(Some(folder.path().join("claims"))).unwrap();
        let (one, other) = (open(), open());
        let held = one.take("a").unwrap();
        assert!(one.take("a").is_err() && other.take("a").is_err());
        let _another = other.take("b").unwrap();
        drop(held);
        drop(other.take("a").unwrap());
        assert!(one.take("a").is_ok());
    }

    #[test]
    fn what_leads_out_of_the_folder_is_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("hub.key");
        std::fs::write(&key, "secret").unwrap();
        let claims = Claims::open(Some(folder.path().join("claims"))).unwrap();
        let long = "a".repeat(LONGEST_NAME + 1);
        for name in ["../hub.key", key.to_str().unwrap(), "x/../../hub.key", "hub.key/", "..", ".", "", "a\0b", &long] {
            assert_eq!(claims.take(name).err().unwrap().status, axum::http::StatusCode::NOT_FOUND, "{name}");
        }
        assert_eq!(std::fs::read_to_string(key).unwrap(), "secret");
    }
}
