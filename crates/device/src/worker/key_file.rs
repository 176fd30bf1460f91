//! The wallet's key: 32 random bytes in a file that only this app's user can read. No PIN, because the worker must be able to show
//! the card at any time; a phone's own key store will take its place (docs/adr/0003).

use crate::env::Env;
use crate::key::StoreKey;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use zeroize::Zeroizing;

const NAME: &str = "key";

/// The key, where there is one that can be used.
pub(super) fn read(folder: &Path) -> Option<StoreKey> {
    let bytes = Zeroizing::new(std::fs::read(folder.join(NAME)).ok()?);
    bytes.as_slice().try_into().ok().map(Zeroizing::new)
}

/// Makes a key, durable before this returns.
pub(super) fn make(folder: &Path, env: &Env) -> std::io::Result<StoreKey> {
    let key: StoreKey = Zeroizing::new(env.random()?);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(folder.join(NAME))?;
    file.write_all(key.as_slice())?;
    file.sync_all()?;
    File::open(folder)?.sync_all()?;
    Ok(key)
}
