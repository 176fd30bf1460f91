//! `payung-hub code`.

use crate::store::village;
use crate::{Hub, HubError, pairing};
use anyhow::Context as _;
use clap::Subcommand;
use payung_domain::region::VillageCode;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::io::{IsTerminal as _, Write as _};

#[derive(Subcommand)]
pub enum Code {
    /// Make a code that pairs one phone; it is shown this once
    New {
        /// The village where the phone will enrol, for example 35.22.28.2004
        #[arg(long)]
        village: String,
        /// Whose phone it will be, for example "Bu Siti"
        #[arg(long, default_value = "")]
        kader: String,
        /// For how many hours the code is good
        #[arg(long, default_value_t = pairing::CODE_HOURS, value_parser = clap::value_parser!(u32).range(1..=720))]
        hours: u32,
        /// Where the phone reaches this hub; --public-url if left out
        #[arg(long, value_name = "URL")]
        hub_url: Option<String>,
    },
}

impl Code {
    pub fn run(self, hub: &Hub) -> anyhow::Result<()> {
        let Self::New { village, kader, hours, hub_url } = self;
        let village: VillageCode = village.parse().context("not a village code such as 35.22.28.2004")?;
        hub.store
            .read::<_, HubError>(|connection| Ok(village::get(connection, village)?))?
            .context("this hub does not serve that village: payung-hub village add")?;
        let code = pairing::make_code(hub, village, &kader, hours, "command")?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{code}")?;
        if let Some(url) = hub_url.or_else(|| hub.settings.public_url.clone()) {
            let link = pairing::link(hub, url.trim_end_matches('/'), &code);
            writeln!(out, "{link}")?;
            if out.is_terminal() {
                let picture = QrCode::new(&link)?
                    .render::<Dense1x2>()
                    .dark_color(Dense1x2::Light)
                    .light_color(Dense1x2::Dark)
                    .build();
                writeln!(out, "{picture}")?;
            }
        }
        Ok(())
    }
}
