//! What a backup holds: `SHA256SUMS`, which `sha256sum -c` reads too. Written last and by a rename, so that whatever it
//! names is there; what it does not name is left from an earlier or broken-off backup, and counts for nothing.

use anyhow::{Context as _, bail, ensure};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Component, Path};

/// Its file.
pub const NAME: &str = "SHA256SUMS";
const FIRST: &str = "# payung-hub backup 1";

/// A backup's files and what they are a copy of.
#[derive(Debug, PartialEq, Eq)]
pub struct Manifest {
    /// When the database was copied.
    pub made_at: Timestamp,
    /// Each file under the backup's folder, with its SHA-256 in hex; the database first, then the key, then photos.
    pub files: Vec<(String, String)>,
}

impl Manifest {
    /// The database's file.
    pub fn database(&self) -> anyhow::Result<&str> {
        let named = self.files.iter().map(|(name, _)| name.as_str()).find(|name| name.starts_with("hub-"));
        named.context("the backup names no database; take another one")
    }

    /// Puts it in its place, durably.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let draft = folder.join("SHA256SUMS.new");
        let mut file = std::io::BufWriter::new(File::create(&draft)?);
        writeln!(file, "{FIRST}\n# made {}\n# files {}", self.made_at, self.files.len())?;
        for (name, sha256) in &self.files {
            writeln!(file, "{sha256}  {name}")?;
        }
        file.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        std::fs::rename(&draft, folder.join(NAME))?;
        File::open(folder)?.sync_all()?;
        Ok(())
    }

    /// Reads it; nothing where there is none.
    pub fn read(folder: &Path) -> anyhow::Result<Option<Self>> {
        let text = match std::fs::read_to_string(folder.join(NAME)) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut lines = text.lines();
        ensure!(
            lines.next() == Some(FIRST),
            "{NAME} is of no backup that this program knows; use the one that made it"
        );
        let mut told = |word: &str| lines.next().and_then(|line| line.strip_prefix("# ")?.strip_prefix(word));
        let made_at = told("made ").and_then(|text| text.parse().ok()).context("SHA256SUMS does not say when")?;
        let count: usize =
            told("files ").and_then(|text| text.parse().ok()).context("SHA256SUMS does not say how many")?;
        let mut files = Vec::new();
        for line in lines {
            let (sha256, name) = line.split_once("  ").context("a line of SHA256SUMS is cut off")?;
            // A manifest from elsewhere must not lead out of its folder.
            let is_inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
            ensure!(is_inside && sha256.len() == 64, "SHA256SUMS names what is no file of a backup");
            files.push((name.to_owned(), sha256.to_owned()));
        }
        ensure!(files.len() == count, "SHA256SUMS is cut off: it names {} of {count} files", files.len());
        Ok(Some(Self { made_at, files }))
    }

    /// Reads every file. Fails with the number of those that are missing or are not what they were, and the first of them.
    pub fn verify(&self, folder: &Path) -> anyhow::Result<()> {
        let is_wrong =
            |(name, sha256): &&(String, String)| !hash_of(&folder.join(name)).is_ok_and(|hash| hash == *sha256);
        let wrong: Vec<_> = self.files.iter().filter(is_wrong).collect();
        if let Some((first, _)) = wrong.first() {
            bail!(
                "{} of {} files are missing or are not what was backed up, the first is {first}. Use another backup, or put \
                 that file back from a copy of this one",
                wrong.len(),
                self.files.len()
            );
        }
        Ok(())
    }
}

/// SHA-256 of a file in hex.
pub fn hash_of(path: &Path) -> std::io::Result<String> {
    let (mut file, mut hash, mut buffer) = (File::open(path)?, Sha256::new(), vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}
