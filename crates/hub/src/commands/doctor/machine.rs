//! The clock, the disk and who can read the folder.

use super::{Finding, some};
use crate::disk::free_bytes;
use crate::key::HubKey;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// A clock that is set anew while the hub runs may step back by this much, in milliseconds.
pub const MOST_STEP_BACK: i64 = 60_000;

/// All of it.
pub fn look(data: &Path, now: i64, least_free: u64) -> Vec<Finding> {
    vec![clock(data, now), disk(data, least_free), permissions(data), key(data)]
}

fn clock(data: &Path, now: i64) -> Finding {
    let names = ["hub.db", "hub.db-wal", "hub.key"];
    let written = names.iter().filter_map(|name| {
        let time = std::fs::metadata(data.join(name)).and_then(|metadata| metadata.modified()).ok()?;
        let milliseconds = time.duration_since(UNIX_EPOCH).ok()?.as_millis();
        i64::try_from(milliseconds).ok()
    });
    let ahead = written.max().unwrap_or(0) - now;
    if ahead > MOST_STEP_BACK {
        return Finding::wrong(
            "clock",
            format!("a file was written {} s in the future", ahead / 1000),
            "Set the clock (`timedatectl set-ntp true`); if it is right now, it was wrong before: look at the newest entries of `Jejak`",
        );
    }
    Finding::well("clock", "no file was written after now")
}

fn disk(data: &Path, least: u64) -> Finding {
    match free_bytes(data) {
        Some(free) if free < least => Finding::wrong(
            "disk",
            format!("{} MiB free, fewer than {}", free >> 20, least >> 20),
            "Make room, or move the folder to a larger disk while the hub is stopped: without room nothing is taken from phones",
        ),
        Some(free) => Finding::well("disk", format!("{} MiB free", free >> 20)),
        None => Finding::well("disk", "this system does not tell how much is free"),
    }
}

fn permissions(data: &Path) -> Finding {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let is_open = |name: &&str| {
            std::fs::metadata(data.join(name)).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
        };
        let open: Vec<String> = ["", "hub.key", "backups"]
            .into_iter()
            .filter(is_open)
            .map(|name| data.join(name).display().to_string())
            .collect();
        if !open.is_empty() {
            return Finding::wrong(
                "permissions",
                format!("other users of this machine can look into {}", some(&open)),
                "Close them: chmod go= followed by these names",
            );
        }
    }
    #[cfg(not(unix))]
    let _ = (data, some);
    Finding::well("permissions", "only the hub's own user reads the folder and its key")
}

fn key(data: &Path) -> Finding {
    match std::fs::read_to_string(data.join("hub.key")).ok().and_then(|text| HubKey::parse(&text)) {
        Some(_) => Finding::well("key", "hub.key can be read"),
        None => Finding::wrong(
            "key",
            "hub.key is missing or is no key",
            "Put hub.key back from a backup: phones believe no other one",
        ),
    }
}
