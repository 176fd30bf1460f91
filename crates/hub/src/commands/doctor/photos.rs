//! Photos on the disk against their rows and their hashes.

use super::database::unreadable;
use super::{Finding, some};
use crate::commands::backup::path_of;
use crate::commands::manifest::hash_of;
use crate::store::snapshot;
use crate::store::sql::Connection;
use std::collections::HashSet;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// A photo's file is there a moment before its row; one that has no row for longer is left from a crash or put there.
const ORPHAN_MILLISECONDS: i64 = 3_600_000;

/// All of it.
pub fn look(data: &Path, connection: &Connection, now: i64, is_quick: bool) -> Vec<Finding> {
    let held = match snapshot::photos(connection) {
        Ok(held) => held,
        Err(error) => return vec![unreadable("photos", &error)],
    };
    let (mut missing, mut wrong) = (Vec::new(), Vec::new());
    for (photo, bytes) in &held {
        let path = data.join(path_of(*photo));
        match std::fs::metadata(&path) {
            Err(_) => missing.push(photo.to_string()),
            Ok(metadata) if metadata.len() != *bytes => wrong.push(photo.to_string()),
            Ok(_) if !is_quick && !hash_of(&path).is_ok_and(|hash| hash == photo.to_string()) => {
                wrong.push(photo.to_string());
            }
            Ok(_) => {}
        }
    }
    let named: HashSet<String> = held.iter().map(|(photo, _)| path_of(*photo)).collect();
    let orphans = orphans(data, &named, now);
    let how = if is_quick { "have their length (not read: --quick)" } else { "are what their hashes say" };
    let kinds = [
        (
            missing,
            "missing",
            "Put each back from a backup as photos/ab/cdef….jpg, the first two digits being its folder",
        ),
        (wrong, "damaged", "Put each back from a backup as photos/ab/cdef….jpg, and look at the disk (`smartctl -a`)"),
        (
            orphans,
            "of no row",
            "Left from a crash, or put there by hand: they hold people's cards; remove them by these names",
        ),
    ];
    let mut findings: Vec<Finding> = kinds
        .into_iter()
        .filter(|(names, ..)| !names.is_empty())
        .map(|(names, kind, advice)| {
            Finding::wrong("photos", format!("{} {kind}: {}", names.len(), some(&names)), advice)
        })
        .collect();
    if findings.is_empty() {
        findings.push(Finding::well("photos", format!("{} {how}", held.len())));
    }
    findings
}

/// Files under `photos/` that no row names, but for those that may be about to get theirs.
fn orphans(data: &Path, named: &HashSet<String>, now: i64) -> Vec<String> {
    let mut orphans = Vec::new();
    let entries = |path: &Path| std::fs::read_dir(path).into_iter().flatten().flatten();
    for folder in entries(&data.join("photos")) {
        for file in entries(&folder.path()) {
            let path =
                format!("photos/{}/{}", folder.file_name().to_string_lossy(), file.file_name().to_string_lossy());
            let changed = file.metadata().and_then(|metadata| metadata.modified()).ok();
            let age = changed
                .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
                .map_or(i64::MAX, |time| now.saturating_sub(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)));
            if !named.contains(&path) && age > ORPHAN_MILLISECONDS {
                orphans.push(path);
            }
        }
    }
    orphans.sort();
    orphans
}
