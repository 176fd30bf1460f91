//! What a phone's own work costs on this machine: `cargo run --release -p payung-device --example bench`.
//! One row per job: count, median, p95 and slowest, in milliseconds, on a real file with real fsyncs.

#![allow(clippy::unwrap_used, clippy::panic)]

use payung_device::*;
use payung_domain::region::Regions;
use payung_domain::{Field, RecordId};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[allow(dead_code, unused_imports)]
#[path = "../tests/device/support/mod.rs"]
mod support;
use support::{TestHub, pin};

fn row(job: &str, mut times: Vec<Duration>) {
    times.sort();
    let ms = |at: usize| times[at.min(times.len() - 1)].as_secs_f64() * 1000.0;
    println!(
        "| {job} | {} | {:.2} | {:.2} | {:.2} |",
        times.len(),
        ms(times.len() / 2),
        ms(times.len() * 95 / 100),
        ms(times.len() - 1)
    );
}

#[tokio::main]
async fn main() {
    println!("| job | count | median ms | p95 ms | slowest ms |\n| --- | --- | --- | --- | --- |");
    let hub = TestHub::new();
    let folder = tempfile::tempdir_in(std::env::current_dir().unwrap().join("target")).unwrap();
    let device = Device::new(
        folder.path(),
        Env {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            transport: hub.clone(),
            regions: Arc::new(Regions::load(include_bytes!("../../../assets/regions/regions.bin")).unwrap()),
            key_cost: KeyCost::PHONE,
        },
    );
    device.pair(PairLink::typed("https://hub.test", "ABCD-EFGH").unwrap(), pin(), "bench").await.unwrap();

    let mut unlocks = Vec::new();
    for _ in 0..9 {
        device.lock();
        let start = Instant::now();
        device.unlock(pin()).await.unwrap();
        unlocks.push(start.elapsed());
    }
    row("unlock with the PIN (Argon2id, 64 MiB, 3 passes)", unlocks);

    let id = device.start_draft().await.unwrap();
    let keys = (0..1000).map(|count| {
        let text = "x".repeat(count % 60);
        let start = Instant::now();
        device.set_field(id, Field::Workplace, &text).unwrap();
        start.elapsed()
    });
    row("key press durable (set_field)", keys.collect());
    device.discard(id).await.unwrap();

    let (mut photos, mut saves) = (Vec::new(), Vec::new());
    for person in 1..=1000 {
        let id = device.start_draft().await.unwrap();
        device.set_fields(id, support::person_fields(person)).await.unwrap();
        let start = Instant::now();
        device.add_photo(id, NewPhoto { thumbnail: vec![0; 12_000], ..support::new_photo(person) }).await.unwrap();
        photos.push(start.elapsed());
        let start = Instant::now();
        device.save(id).await.unwrap();
        saves.push(start.elapsed());
    }
    row("photo of 150 kB stored", photos);
    row("record saved and queued", saves);

    let mut lists = Vec::new();
    for count in 0..200 {
        let start = Instant::now();
        let found = device.records(if count % 2 == 0 { "" } else { "WARGA 77" }, 100).await.unwrap();
        assert!(!found.is_empty());
        lists.push(start.elapsed());
    }
    row("list or search among 1,000 records", lists);

    // as many again whom other phones have enrolled
    for number in 0..1000_u32 {
        hub.cover_person(
            RecordId::from_bytes([&[7; 12][..], &number.to_be_bytes()].concat().try_into().unwrap()),
            number,
        );
    }
    device.sync().await;
    let mut searches = Vec::new();
    for (count, wanted) in ["", "WARGA 77", "99000000777", "9901010504850777"].into_iter().cycle().take(200).enumerate()
    {
        let start = Instant::now();
        let found = device.villagers(wanted, 100).await.unwrap();
        searches.push(start.elapsed());
        assert!(!found.is_empty(), "{count}: {wanted}");
    }
    row("search among 1,000 records and 1,000 cards", searches);
    let code = device.person(RecordId::from_bytes([&[7; 12][..], &7_u32.to_be_bytes()].concat().try_into().unwrap()));
    let code = code.await.unwrap().card.unwrap().text;
    let mut checks = Vec::new();
    for _ in 0..200 {
        let start = Instant::now();
        assert!(matches!(device.lead(code.clone()).await.unwrap(), Scanned::Person(_)));
        checks.push(start.elapsed());
    }
    row("a card's code checked and its person found", checks);
}
