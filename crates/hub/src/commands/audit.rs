//! `payung-hub audit`.

use crate::store::audit::{self, Head};
use crate::{Hub, HubError};
use anyhow::{Context as _, bail};
use clap::Subcommand;
use std::io::Write as _;

#[derive(Subcommand)]
pub enum Audit {
    /// Walk the whole chain; ends with 1 and names the first broken entry if there is one
    Verify {
        /// What was noted down earlier, as `audit head` or the page Jejak showed it: the chain must still hold it
        #[arg(long, value_name = "NUMBER:HASH")]
        noted: Option<String>,
    },
    /// Print the newest entry's number and hash, to be noted down away from this machine
    Head,
}

impl Audit {
    pub fn run(self, hub: &Hub) -> anyhow::Result<()> {
        let mut out = std::io::stdout();
        match self {
            Self::Head => {
                let head = hub.store.read::<_, HubError>(|connection| Ok(audit::head(connection)?))?;
                writeln!(out, "{head}")?;
            }
            Self::Verify { noted } => {
                let noted: Option<Head> = noted.map(|text| text.parse()).transpose().context("not NUMBER:HASH")?;
                let (walked, found) = hub.store.read::<_, HubError>(|connection| {
                    let found = noted.as_ref().map(|noted| audit::hash_of(connection, noted.seq)).transpose()?;
                    Ok((audit::verify(connection)?, found.flatten()))
                })?;
                let head = match walked {
                    Ok(head) => head,
                    Err(broken) => bail!(
                        "entry {} is broken: {}. Keep this folder as it is, and compare it with a backup",
                        broken.seq,
                        broken.why
                    ),
                };
                if let Some(noted) = noted.filter(|noted| noted.seq > 0 && found.as_ref() != Some(&noted.hash)) {
                    bail!(
                        "the chain fits together but is not the one that was noted down: entry {} is another one or gone. \
                         Keep this folder as it is, and compare it with a backup",
                        noted.seq
                    );
                }
                writeln!(out, "{} entries fit together; the newest is {head}", head.seq)?;
            }
        }
        Ok(())
    }
}
