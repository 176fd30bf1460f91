//! What a sync costs on one bar of signal: 400 ms there and back, 100 kbit/s, and then with the signal gone for three of every
//! thirteen seconds. Bytes are those of TCP's payload, both ways; TLS would add a round trip and about 4 kB a connection.

use crate::air::{Air, Weather};
use crate::office;
use anyhow::ensure;
use payung_device::{Device, Link, Occasion, Report, Trigger};
use std::time::{Duration, Instant};

const BAD: Weather = Weather { round_trip: Duration::from_millis(400), bits: 100_000 };
const PHOTO: usize = 120_000;

pub async fn run() -> anyhow::Result<()> {
    println!("| 400 ms, 100 kbit/s | seconds | kB up | kB down | measured against |\n| --- | --- | --- | --- | --- |");
    let regions = office::regions()?;
    let (hub_folder, phone_folder) = (office::folder()?, office::folder()?);
    let hub = office::hub(hub_folder.path())?;
    let (air, address) = Air::to(office::serve(&hub).await?, BAD).await?;
    let device = office::phone(&hub, phone_folder.path(), address, &regions).await?;
    device.set_photos_on_wifi(true).await?;
    device.sync_on(text_only()).await;

    for person in 0..10 {
        office::enrol(&device, person, PHOTO).await?;
        if person == 0 {
            air.counted();
        }
    }
    let (mut one_by_one, mut bytes) = (Vec::new(), 0);
    for person in 10..20 {
        office::enrol(&device, person, PHOTO).await?;
        air.counted();
        let started = Instant::now();
        sent(device.sync_on(text_only()).await)?;
        one_by_one.push(started.elapsed());
        let (up, down) = air.counted();
        bytes = up + down;
    }
    one_by_one.sort();
    println!(
        "| one text record, the connection being open (median of ten) | {:.2} | {:.1} both ways | | |",
        one_by_one[one_by_one.len() / 2].as_secs_f64(),
        bytes as f64 / 1000.0
    );

    for person in 100..350 {
        office::enrol(&device, person, PHOTO).await?;
    }
    air.cut();
    air.counted();
    let started = Instant::now();
    let report = sent(device.sync_on(text_only()).await)?;
    let (seconds, (up, down)) = (started.elapsed().as_secs_f64(), air.counted());
    ensure!(report.records_sent == 250, "{report:?}");
    println!(
        "| 250 text records, new connection | {seconds:.1} | {} | {} | {} B a record |",
        kb(up),
        kb(down),
        (up + down) / 250
    );

    let (hub_folder, phone_folder) = (office::folder()?, office::folder()?);
    let hub = office::hub(hub_folder.path())?;
    let (air, address) = Air::to(office::serve(&hub).await?, BAD).await?;
    let device = office::phone(&hub, phone_folder.path(), address, &regions).await?;
    device.sync().await;
    photos(&device, &air, 0..25, "25 records with photos of 120 kB").await?;
    for (number, kilobytes) in [(60, 30), (61, 60), (62, 110)] {
        office::enrol(&device, number, PHOTO).await?;
        air.counted();
        air.cut_after(kilobytes * 1000);
        let started = Instant::now();
        let first = device.sync().await;
        ensure!(first.failure.is_some(), "the cut at {kilobytes} kB was not felt");
        until_sent(&device).await?;
        let (up, down) = air.counted();
        let again = up.saturating_sub(PHOTO as u64);
        println!(
            "| one such record, cut at {kilobytes} kB | {:.1} | {} | {} | {} kB beside the photo |",
            started.elapsed().as_secs_f64(),
            kb(up),
            kb(down),
            kb(again)
        );
    }
    let weather = air.come_and_go(Duration::from_secs(10), Duration::from_secs(3));
    photos(&device, &air, 100..125, "25 such records, 3 s of 13 without a signal").await?;
    weather.abort();
    Ok(())
}

async fn photos(device: &Device, air: &Air, people: std::ops::Range<u32>, what: &str) -> anyhow::Result<()> {
    let count = people.len();
    for person in people {
        office::enrol(device, person, PHOTO).await?;
    }
    air.counted();
    let started = Instant::now();
    until_sent(device).await?;
    let (up, down) = air.counted();
    let own = (count * PHOTO) as f64;
    println!(
        "| {what} | {:.0} | {} | {} | {:.1} % above the photos' own bytes, both ways |",
        started.elapsed().as_secs_f64(),
        kb(up),
        kb(down),
        ((up + down) as f64 / own - 1.0) * 100.0
    );
    Ok(())
}

/// Photos wait: the text goes alone.
fn text_only() -> Occasion {
    Occasion { trigger: Trigger::Timer, link: Link::Cellular }
}

fn sent(report: Report) -> anyhow::Result<Report> {
    ensure!(report.failure.is_none() && report.records_left == 0, "not all was sent: {report:?}");
    Ok(report)
}

/// Tries again every second, as a kader does who holds the phone up.
async fn until_sent(device: &Device) -> anyhow::Result<()> {
    for _ in 0..1_000 {
        let report = device.sync().await;
        if report.failure.is_none() && report.records_left + report.photos_left == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    anyhow::bail!("it never got through")
}

fn kb(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1000.0)
}
