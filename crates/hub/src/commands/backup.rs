//! `payung-hub backup`: a copy of everything that can't be had again, while the hub goes on.
//!
//! The database is copied first and the photos that it names after: a photo lies in its place before its row is written, and
//! is never changed after, so that each of them is there whatever comes in meanwhile.

use super::manifest::{Manifest, hash_of};
use crate::Context;
use crate::hub::make_private_folder;
use crate::store::snapshot;
use anyhow::{Context as _, bail, ensure};
use clap::Args;
use payung_domain::PhotoHash;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Backup {
    /// The folder to back up into: a new one, or that of an earlier backup, which then gets only what is new
    to: PathBuf,
    /// Copy photos even where a hard link would do: a link costs no room, and shares whatever happens to the disk
    #[arg(long)]
    copy: bool,
    /// Afterwards read every file of the backup again
    #[arg(long)]
    verify: bool,
}

impl Backup {
    pub fn run(self, data: &Path, has_bucket: bool, context: &Context) -> anyhow::Result<()> {
        let to = &self.to;
        ensure!(data.join("hub.db").exists(), "{} holds no hub; name its folder with --data", data.display());
        let before = check(to)?;
        make_private_folder(&to.join("photos"))?;
        let made_at = context.now();
        // Under a name of its own: until the manifest names it, the earlier backup is whole.
        let name = format!("hub-{}.db", made_at.strftime("%Y%m%dT%H%M%S%3fZ"));
        let database = to.join(&name);
        ensure!(!database.exists(), "{} is there already: is this machine's clock right?", database.display());
        snapshot::copy(&data.join("hub.db"), &database).context("the database could not be copied")?;
        let content = snapshot::content(&database)?;
        let mut files = vec![(name, hash_of(&database)?)];
        if data.join("hub.key").exists() {
            // The same key for as long as the hub lives.
            place(&data.join("hub.key"), &to.join("hub.key"), false)?;
            files.push(("hub.key".into(), hash_of(&to.join("hub.key"))?));
        }
        let (mut new, mut missing) = (0_u64, Vec::new());
        // a bucket keeps its photos itself: versions and copies are its settings
        let photos = if has_bucket { &[][..] } else { &content.photos[..] };
        for (photo, bytes) in photos {
            match keep(data, to, *photo, *bytes, !self.copy) {
                Ok(is_new) => new += u64::from(is_new),
                Err(_) => missing.push(photo),
            }
            files.push((path_of(*photo), photo.to_string()));
        }
        if let Some(first) = missing.first() {
            std::fs::remove_file(&database)?;
            bail!(
                "{} photos are missing or are not what they were, the first is {first}; {} Run `payung-hub doctor`",
                missing.len(),
                if before.is_some() { "the earlier backup stays as it was." } else { "nothing was backed up." },
            );
        }
        let manifest = Manifest { made_at, files };
        sync_folders(&to.join("photos"))?;
        manifest.write(to)?;
        forget(to, &manifest)?;
        if self.verify {
            manifest.verify(to).context("the backup is damaged: remove the file that is named, and back up again")?;
        }
        let records = content.records;
        match has_bucket {
            true => writeln!(
                std::io::stdout(),
                "{records} records are in {}; {} photos stay in the bucket",
                to.display(),
                content.photos.len()
            )?,
            false => writeln!(
                std::io::stdout(),
                "{records} records and {} photos, {new} of them new, are in {}",
                photos.len(),
                to.display()
            )?,
        }
        writeln!(std::io::stdout(), "audit head: {}", content.head)?;
        // For /metrics: monitoring sees when no backup has been made for long.
        std::fs::write(data.join("last-backup"), format!("{}\n", made_at.as_millisecond()))?;
        Ok(())
    }
}

/// A backup goes into an empty folder, or one that has a backup, whole or broken off.
fn check(to: &Path) -> anyhow::Result<Option<Manifest>> {
    let before = Manifest::read(to)?;
    let is_of_a_backup = |name: &str| name == "photos" || name == "hub.key" || name.starts_with("hub-");
    if before.is_none() && to.exists() {
        for entry in std::fs::read_dir(to)? {
            let name = entry?.file_name();
            ensure!(
                name.to_str().is_some_and(|name| is_of_a_backup(name) || name.starts_with("SHA256SUMS")),
                "{} holds something that is no backup; name an empty folder",
                to.display()
            );
        }
    }
    Ok(before)
}

/// A photo's place in a backup: the same as in the hub's folder.
pub fn path_of(photo: PhotoHash) -> String {
    let name = photo.to_string();
    format!("photos/{}/{}.jpg", &name[..2], &name[2..])
}

/// Puts a photo into the backup; tells whether it was not there.
fn keep(data: &Path, to: &Path, photo: PhotoHash, bytes: u64, may_link: bool) -> anyhow::Result<bool> {
    let path = path_of(photo);
    let target = to.join(&path);
    if std::fs::metadata(&target).is_ok_and(|metadata| metadata.len() == bytes) {
        return Ok(false);
    }
    make_private_folder(target.parent().context("a photo lies in a folder")?)?;
    place(&data.join(&path), &target, may_link)?;
    // A photo is backed up once, so that its bytes are read when that is done.
    if hash_of(&target)? != photo.to_string() {
        std::fs::remove_file(&target)?;
        bail!("not the photo that it should be");
    }
    Ok(true)
}

/// Puts a file in its place by a rename, linked where that is possible.
pub fn place(from: &Path, to: &Path, may_link: bool) -> anyhow::Result<()> {
    let draft = to.with_extension("new");
    let _ = std::fs::remove_file(&draft);
    let is_linked = may_link && std::fs::hard_link(from, &draft).is_ok();
    if !is_linked {
        // Takes over the mode as well: the key stays its owner's.
        std::fs::copy(from, &draft)?;
        File::open(&draft)?.sync_all()?;
    }
    std::fs::rename(&draft, to)?;
    Ok(())
}

/// Names are on the disk before the manifest that counts on them.
pub fn sync_folders(photos: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(photos)? {
        File::open(entry?.path())?.sync_all()?;
    }
    File::open(photos)?.sync_all()?;
    Ok(())
}

/// Removes databases of earlier backups. Photos stay, also those that no row names any more.
fn forget(to: &Path, manifest: &Manifest) -> anyhow::Result<()> {
    let kept = manifest.database()?;
    for entry in std::fs::read_dir(to)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(|name| name.starts_with("hub-") && name != kept) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
