//! `payung-hub village`.

use crate::store::village::{self, VillageRow};
use crate::store::{audit, device};
use crate::{Hub, HubError};
use anyhow::{Context as _, bail};
use clap::Subcommand;
use payung_domain::programme::ProgrammeId;
use payung_domain::region::VillageCode;
use std::io::Write as _;

#[derive(Subcommand)]
pub enum Village {
    /// Serve a village, or give a village another programme
    Add {
        /// Its Kemendagri code, for example 35.22.28.2004
        code: String,
        /// The id of the programme that pays
        #[arg(long)]
        programme: String,
    },
    /// List the villages with their programmes and phones
    List,
}

impl Village {
    pub fn run(self, hub: &Hub) -> anyhow::Result<()> {
        match self {
            Self::Add { code, programme } => {
                let village = put(hub, &code, &programme)?;
                writeln!(
                    std::io::stdout(),
                    "{} {}, {}: programme {}",
                    village.code,
                    village.name,
                    village.regency,
                    village.programme
                )?;
            }
            Self::List => {
                let (villages, devices) = hub
                    .store
                    .read::<_, HubError>(|connection| Ok((village::list(connection)?, device::list(connection)?)))?;
                let mut out = std::io::stdout().lock();
                for village in villages {
                    let phones = devices.iter().filter(|d| d.village == village.code && !d.is_blocked).count();
                    let VillageRow { code, name, district, programme, .. } = village;
                    writeln!(out, "{code}  {name}, {district}  {programme}  phones: {phones}")?;
                }
            }
        }
        Ok(())
    }
}

/// Adds a village with the names that its code stands for.
pub fn put(hub: &Hub, code: &str, programme: &str) -> anyhow::Result<VillageRow> {
    let code: VillageCode = code.parse().context("not a village code such as 35.22.28.2004")?;
    let id: ProgrammeId = programme.parse()?;
    let Some(programme) = hub.catalogue.programme(&id) else {
        let known: Vec<&str> = hub.catalogue.programmes().map(|programme| programme.id.as_str()).collect();
        bail!("no programme {id}; there are: {}", known.join(", "));
    };
    programme.accepts_village(code)?;
    let [name, district, regency] = hub.catalogue.names(code).context("no village has this code")?;
    let row = VillageRow { code, name, district, regency, programme: id };
    let now = hub.context.now().as_millisecond();
    hub.store.write::<_, HubError>(|transaction| {
        let before = village::get(transaction, code)?.map(|known| known.programme.to_string()).unwrap_or_default();
        village::put(transaction, &row, now)?;
        let change = (before.as_str(), row.programme.as_str());
        Ok(audit::add_change(transaction, now, "command", "village.put", &code.to_string(), change)?)
    })?;
    Ok(row)
}
