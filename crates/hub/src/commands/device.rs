//! `payung-hub device`.

use crate::context::moment;
use crate::store::device;
use crate::{Hub, HubError, pairing};
use anyhow::bail;
use clap::Subcommand;
use std::io::Write as _;

#[derive(Subcommand)]
pub enum Device {
    /// List the phones with their villages and when they were last seen
    List,
    /// End a phone's right to call: lost, stolen, or its kader has left
    Block {
        /// The phone's id, from the list
        id: String,
    },
}

impl Device {
    pub fn run(self, hub: &Hub) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        match self {
            Self::List => {
                let devices = hub.store.read::<_, HubError>(|connection| Ok(device::list(connection)?))?;
                for device in devices {
                    let blocked = if device.is_blocked { "  blocked" } else { "" };
                    let seen = moment(device.last_seen_at).strftime("%Y-%m-%d %H:%M UTC");
                    let (id, village, kader, name) = (device.id, device.village, device.kader_name, device.name);
                    writeln!(out, "{id}  {village}  {kader}  {name}  last seen {seen}{blocked}")?;
                }
            }
            Self::Block { id } => {
                if !pairing::block(hub, &id, "command")? {
                    bail!("no phone with this id that was not blocked already");
                }
                writeln!(out, "{id} is blocked")?;
            }
        }
        Ok(())
    }
}
