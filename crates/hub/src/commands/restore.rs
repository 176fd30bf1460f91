//! `payung-hub restore`: a hub's folder out of a backup.

use super::backup::{path_of, place, sync_folders};
use super::manifest::Manifest;
use crate::hub::make_private_folder;
use crate::store::{Store, snapshot};
use crate::{Context, Hub};
use anyhow::{Context as _, ensure};
use clap::Args;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Restore {
    /// The folder of a backup
    from: PathBuf,
    /// Look whether the backup is whole, say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

impl Restore {
    pub fn run(self, data: &Path, has_bucket: bool, context: &Context) -> anyhow::Result<()> {
        let (from, mut out) = (&self.from, std::io::stdout());
        let manifest = Manifest::read(from)?.with_context(|| format!("{} holds no backup", from.display()))?;
        let is_free = !data.exists() || std::fs::read_dir(data)?.next().is_none();
        ensure!(
            is_free,
            "{} is not empty, and a restore overwrites nothing: stop the hub, move that folder aside, and try again",
            data.display()
        );
        writeln!(out, "reading {} files of the backup made {}", manifest.files.len(), manifest.made_at)?;
        manifest.verify(from)?;
        let database = from.join(manifest.database()?);
        let content = snapshot::content(&database)?;
        let named: std::collections::HashSet<&str> = manifest.files.iter().map(|(name, _)| name.as_str()).collect();
        let is_whole = has_bucket || content.photos.iter().all(|(photo, _)| named.contains(path_of(*photo).as_str()));
        ensure!(
            is_whole,
            "the backup's database names photos that its SHA256SUMS does not: name the bucket with --photos if they lie \
             in one, or use another backup"
        );
        let has_key = named.contains("hub.key");
        let (records, photos) = (content.records, content.photos.len());
        let key = if has_key { "with the key that phones pinned" } else { "WITHOUT hub.key: see docs/hub.md" };
        writeln!(out, "{records} records and {photos} photos go into {}, {key}", data.display())?;
        writeln!(out, "everybody must sign in again, open pairing codes end, phones hear everything again")?;
        if self.dry_run {
            writeln!(out, "nothing was done (--dry-run)")?;
            return Ok(());
        }
        make_private_folder(&data.join("photos"))?;
        for (name, _) in manifest.files.iter().filter(|(name, _)| !name.starts_with("hub-")) {
            let target = data.join(name);
            make_private_folder(target.parent().context("a file lies in a folder")?)?;
            // Copied, not linked: what happens to the hub's files must not happen to the backup.
            place(&from.join(name), &target, false)?;
        }
        sync_folders(&data.join("photos"))?;
        // The database last: a hub begins where there is one.
        let draft = data.join("hub.db.new");
        place(&database, &draft, false)?;
        settle(&draft, &manifest, context)?;
        std::fs::rename(&draft, data.join("hub.db"))?;
        File::open(data)?.sync_all()?;
        writeln!(out, "done; the audit log stood at {}", content.head)?;
        writeln!(
            out,
            "what was done after {} is gone: block lost phones and shut people out again where that was done since, and \
             pair phones again that were paired since",
            manifest.made_at
        )?;
        Ok(())
    }
}

/// Brings the copy up to date and has it forget what must not come back.
fn settle(database: &Path, manifest: &Manifest, context: &Context) -> anyhow::Result<()> {
    let store = Store::open(database)?;
    let (made_at, now) = (manifest.made_at.as_millisecond(), context.now().as_millisecond());
    store.write::<_, anyhow::Error>(|transaction| Ok(snapshot::take_over(transaction, made_at, now)?))?;
    store.close()?;
    Ok(())
}

#[derive(Args)]
pub struct Restored {
    /// When the backup was made, 2026-11-21T02:00:00Z: of a base backup, the time that it was recovered to
    made_at: jiff::Timestamp,
}

impl Restored {
    pub fn run(self, hub: &Hub) -> anyhow::Result<()> {
        let (made_at, now) = (self.made_at.as_millisecond(), hub.context.now().as_millisecond());
        anyhow::ensure!(made_at <= now, "a backup is not made in the future: {}", self.made_at);
        hub.store.write::<_, anyhow::Error>(|transaction| Ok(snapshot::take_over(transaction, made_at, now)?))?;
        let mut out = std::io::stdout();
        writeln!(out, "everybody must sign in again, open pairing codes end, phones hear everything again")?;
        writeln!(out, "what was done after {} is gone: block lost phones and shut people out again", self.made_at)?;
        Ok(())
    }
}
