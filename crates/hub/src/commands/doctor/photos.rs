//! Photos against their rows and their hashes, in the folder or in the bucket.

use super::database::unreadable;
use super::{Finding, some};
use crate::bucket::{Bucket, Listed, photo_of};
use crate::commands::backup::path_of;
use crate::commands::manifest::hash_of;
use crate::store::snapshot;
use crate::store::sql::Connection;
use payung_domain::PhotoHash;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// A photo is there a moment before its row; one that has no row for longer is left from a crash or put there.
const ORPHAN_MILLISECONDS: i64 = 3_600_000;

/// All of it.
pub fn look(data: &Path, bucket: Option<&Bucket>, connection: &Connection, now: i64, is_quick: bool) -> Vec<Finding> {
    let held = match snapshot::photos(connection) {
        Ok(held) => held,
        Err(error) => return vec![unreadable("photos", &error)],
    };
    // after the rows: a photo lies in its place before its row is written
    let listed = match bucket.map_or_else(|| Ok(in_folder(data)), Bucket::list) {
        Ok(listed) => listed,
        Err(error) => {
            let advice = "See to the bucket's address, its key and the network";
            return vec![Finding::wrong("photos", error.to_string(), advice)];
        }
    };
    let is_what_it_says = |photo: PhotoHash| match bucket {
        Some(bucket) => bucket.get(photo).is_ok_and(|bytes| PhotoHash::of(&bytes) == photo),
        None => hash_of(&data.join(path_of(photo))).is_ok_and(|hash| hash == photo.to_string()),
    };
    let lengths: HashMap<PhotoHash, u64> =
        listed.iter().filter_map(|object| Some((object.photo?, object.bytes))).collect();
    let (mut missing, mut wrong) = (Vec::new(), Vec::new());
    for &(photo, bytes) in &held {
        match lengths.get(&photo) {
            None => missing.push(photo.to_string()),
            Some(&length) if length != bytes || (!is_quick && !is_what_it_says(photo)) => wrong.push(photo.to_string()),
            Some(_) => {}
        }
    }
    let named: HashSet<PhotoHash> = held.iter().map(|(photo, _)| *photo).collect();
    let is_orphan = |object: &Listed| {
        !object.photo.is_some_and(|photo| named.contains(&photo))
            && now.saturating_sub(object.put_at) > ORPHAN_MILLISECONDS
    };
    let mut orphans: Vec<String> = listed.into_iter().filter(is_orphan).map(|object| object.name).collect();
    orphans.sort();
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

/// Every file under `photos/`.
fn in_folder(data: &Path) -> Vec<Listed> {
    let entries = |path: &Path| std::fs::read_dir(path).into_iter().flatten().flatten();
    let mut listed = Vec::new();
    let (folders, strays): (Vec<_>, Vec<_>) =
        entries(&data.join("photos")).map(|entry| entry.path()).partition(|path| path.is_dir());
    let files = folders.iter().flat_map(|folder| entries(folder)).map(|entry| entry.path());
    for file in files.chain(strays) {
        let Ok(metadata) = file.metadata() else { continue };
        let changed = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let name = file.strip_prefix(data).unwrap_or(&file).to_string_lossy().into_owned();
        listed.push(Listed {
            photo: photo_of(&name),
            name,
            bytes: metadata.len(),
            put_at: changed.map_or(i64::MIN, |time| i64::try_from(time.as_millis()).unwrap_or(i64::MAX)),
        });
    }
    listed
}
