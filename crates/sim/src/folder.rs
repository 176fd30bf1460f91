//! Folders, and what is left in them when a process is killed.

use anyhow::Result;
use std::path::Path;
use tempfile::TempDir;

/// A folder in memory where there is one: a run writes and syncs thousands of times.
pub fn folder() -> Result<TempDir> {
    let memory = Path::new("/dev/shm");
    Ok(if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? })
}

/// The files as they lie there now, beside a store that still has them open, in a folder of their own: the log of changes is
/// as SQLite had it, because nobody closes the store.
pub fn left_in(from: &Path) -> Result<TempDir> {
    let left = folder()?;
    copy(from, left.path())?;
    Ok(left)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            std::fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else if !entry.file_name().to_string_lossy().ends_with("-shm") {
            // the shared index of the log is made anew by whoever opens it alone
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
