//! Brings many reports of irregularities at once, for journeys: `reports_fixture DATA COUNT`. Every fifth is about the village with the
//! code 35.22.28.2004, every fifth names none, the others are about villages that the demo does not serve. The hub must not be running.

use payung_domain::ids::IrregularityId;
use payung_domain::irregularity::{Irregularity, Kind};
use payung_hub::{Context, Hub, Settings, irregularities};
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, data, count] = arguments.as_slice() else { anyhow::bail!("DATA COUNT") };
    let database = std::env::var("PAYUNG_DATABASE").ok().map(|url| url.parse()).transpose()?;
    let hub = Hub::open(Path::new(data), Settings { database, ..Settings::default() }, Context::system())?;
    for number in 0..count.parse::<usize>()? {
        let village = match number % 5 {
            0 => Some("35.22.28.2004".parse()?),
            1 => None,
            _ => Some("35.22.27.2001".parse()?),
        };
        let id = IrregularityId::from_bytes(hub.context.random()?);
        let kind = Kind::ALL[number % Kind::ALL.len()];
        let words = format!("Laporan contoh nomor {number}, dikirim berulang-ulang oleh satu HP.");
        if let Some(report) = Irregularity::new(id, kind, village, &words, "") {
            irregularities::keep(&hub, &report)?;
        }
    }
    Ok(())
}
