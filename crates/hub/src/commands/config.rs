//! The configuration: one file, and over it the environment and the command line.

use crate::store::sql::{DatabaseUrl, NoUrl};
use anyhow::{Context as _, bail};
use serde::Deserialize;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A verdict that waits longer is one that phones wait for.
const MOST_UNDO_SECONDS: u32 = 600;

/// What the hub's configuration can say, as [`Config::default`] has it, with a comment for each line.
/// A test holds it equal to the code.
pub const PRINTED: &str = include_str!("../../assets/payung-hub.toml");

/// Everything that an operator chooses. An empty text stands for none.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub data: PathBuf,
    pub photos: String,
    pub office: String,
    pub public_url: String,
    pub programmes: PathBuf,
    pub database: DatabaseChoice,
    pub listen: SocketAddr,
    pub behind_proxy: bool,
    pub undo_seconds: u32,
    pub tls_certificate: PathBuf,
    pub tls_key: PathBuf,
    pub log: String,
    pub log_format: LogFormat,
}

/// A PostgreSQL database, or an empty text for none. Neither it nor an error shows the password.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct DatabaseChoice(Option<DatabaseUrl>);

impl DatabaseChoice {
    /// Whether the rows are in PostgreSQL.
    pub fn is_some(&self) -> bool {
        self.0.is_some()
    }
}

impl std::str::FromStr for DatabaseChoice {
    type Err = NoUrl;

    fn from_str(text: &str) -> Result<Self, NoUrl> {
        if text.is_empty() { Ok(Self(None)) } else { text.parse().map(|url| Self(Some(url))) }
    }
}

impl TryFrom<String> for DatabaseChoice {
    type Error = NoUrl;

    fn try_from(text: String) -> Result<Self, NoUrl> {
        text.parse()
    }
}

impl From<DatabaseChoice> for Option<DatabaseUrl> {
    fn from(choice: DatabaseChoice) -> Self {
        choice.0
    }
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// An object a line, for programs.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: "hub-data".into(),
            photos: String::new(),
            office: "Dinas Ketenagakerjaan".into(),
            public_url: String::new(),
            programmes: PathBuf::new(),
            database: DatabaseChoice::default(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8700)),
            behind_proxy: false,
            undo_seconds: 30,
            tls_certificate: PathBuf::new(),
            tls_key: PathBuf::new(),
            log: "info".into(),
            log_format: LogFormat::Text,
        }
    }
}

impl Config {
    /// Reads a file.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("{shown} can't be read"))?;
        Self::parse(&text)
            .with_context(|| format!("{shown} can't be used; `payung-hub config` prints what may be in it"))
    }

    /// Reads a file's text. An error names the line.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |Range { start, .. }| text[..start].matches('\n').count() + 1);
            anyhow::anyhow!("line {line}: {}", error.message())
        })
    }

    /// Refuses what can't work, whether it comes from the file or from elsewhere.
    pub fn check(self) -> anyhow::Result<Self> {
        let is_url = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        if !self.public_url.is_empty() && !is_url(&self.public_url) {
            bail!("public_url must begin with https:// (or http:// on one machine): {}", self.public_url);
        }
        if self.tls_certificate.as_os_str().is_empty() != self.tls_key.as_os_str().is_empty() {
            bail!("tls_certificate and tls_key go together: name both files, or neither");
        }
        if self.undo_seconds > MOST_UNDO_SECONDS {
            bail!("undo_seconds can be {MOST_UNDO_SECONDS} at most: {}", self.undo_seconds);
        }
        if let Err(error) = self.log.parse::<tracing_subscriber::EnvFilter>() {
            bail!("log must be error, warn, info, debug or trace, or a filter of these: {error}");
        }
        Ok(self)
    }
}

/// A value that was chosen.
pub fn chosen(path: &Path) -> Option<&Path> {
    Some(path).filter(|path| !path.as_os_str().is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_printed_is_what_holds_without_a_file() {
        assert_eq!(Config::parse(PRINTED).unwrap(), Config::default());
        // and it leaves nothing out
        let fields = format!("{:#?}", Config::default());
        let names = fields.lines().filter_map(|line| line.strip_prefix("    ")?.split_once(": "));
        for (name, _) in names.filter(|(name, _)| !name.starts_with(' ')) {
            assert!(PRINTED.lines().any(|line| line.starts_with(&format!("{name} = "))), "{name} is not printed");
        }
        let keys = PRINTED.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        assert!(keys.clone().count() == 13 && keys.clone().all(|line| line.contains(" # ")), "a comment for each");
    }

    #[test]
    fn what_is_unknown_or_wrong_is_refused_with_its_line() {
        let refused = |text: &str| Config::parse(text).and_then(Config::check).unwrap_err().to_string();
        for (text, words) in [
            ("office = \"x\"\nlistne = \"0.0.0.0:80\"", "line 2: unknown field `listne`, expected one of"),
            ("\n\nlisten = \"everywhere\"", "line 3: invalid socket address syntax"),
            ("behind_proxy = \"yes\"", "line 1: invalid type: string \"yes\", expected a boolean"),
            ("log_format = \"xml\"", "line 1: unknown variant `xml`, expected `text` or `json`"),
            ("office = ", "line 1:"),
            ("public_url = \"payung.example.go.id\"", "public_url must begin with https://"),
            ("undo_seconds = 3600", "undo_seconds can be 600 at most"),
            ("tls_key = \"x\"", "tls_certificate and tls_key go together"),
            ("log = \"loud=very\"", "log must be error, warn, info"),
        ] {
            assert!(refused(text).contains(words), "{text}: {}", refused(text));
        }
    }
}
