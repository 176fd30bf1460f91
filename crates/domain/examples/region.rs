//! Searches the regions, or measures them:
//!
//!     cargo run --release -p payung-domain --example region -- search gayam
//!     cargo run --release -p payung-domain --example region -- bench
#![allow(clippy::expect_used, missing_docs)]

use payung_domain::region::{Regions, RegionsError, VillageCode};
use std::hint::black_box;
use std::time::{Duration, Instant};

static ASSET: &[u8] = include_bytes!("../../../assets/regions/regions.bin");

fn main() -> Result<(), RegionsError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["search", words @ ..] => search(&words.join(" ")),
        ["bench"] => bench(),
        _ => {
            eprintln!("search <name>[, <district or regency>] | bench");
            Ok(())
        }
    }
}

fn search(query: &str) -> Result<(), RegionsError> {
    for place in Regions::load(ASSET)?.search(query, None, 20) {
        println!("{}  {place}, {}  ({:?})", place.code, place.province, place.code.kind());
    }
    Ok(())
}

fn bench() -> Result<(), RegionsError> {
    let mut loads: Vec<Duration> = (0..21).map(|_| timed(|| Regions::load(ASSET))).collect();
    println!("asset {} bytes", ASSET.len());
    println!("load median {:.2} ms, slowest {:.2} ms", ms(percentile(&mut loads, 50)), ms(percentile(&mut loads, 100)));

    let regions = Regions::load(ASSET)?;
    println!("heap {} bytes{}", regions.heap_bytes(), peak_memory());

    let codes: Vec<VillageCode> = regions
        .provinces()
        .flat_map(|(province, _)| regions.regencies(province))
        .flat_map(|(regency, _)| regions.districts(regency))
        .flat_map(|(district, _)| regions.villages(district).map(|(code, _)| code).collect::<Vec<_>>())
        .collect();
    let all = timed(|| codes.iter().filter(|&&code| regions.contains_district(black_box(code).district())).count());
    println!("district look-up {:.0} ns", all.as_secs_f64() * 1e9 / codes.len() as f64);
    let all = timed(|| codes.iter().filter(|&&code| regions.village(black_box(code)).is_some()).count());
    println!("village look-up {:.0} ns, with its four names", all.as_secs_f64() * 1e9 / codes.len() as f64);

    // what a person types, key by key, and the worst: one letter that nearly every name has
    let names = ["gayam", "sukamaju", "bojonegoro", "kampung baru", "sungai raya", "zzz", "gayam, bojonegoro", "a, a"];
    let queries = names.iter().flat_map(|name| (1..=name.len()).map(|length| &name[..length]));
    let mut searches: Vec<(Duration, &str)> = queries
        .flat_map(|query| (0..20).map(move |_| query))
        .map(|query| (timed(|| regions.search(black_box(query), None, 20)), query))
        .collect();
    searches.sort_unstable();
    let slowest = searches.last().map_or("", |(_, query)| query);
    let mut times: Vec<Duration> = searches.iter().map(|(time, _)| *time).collect();
    println!(
        "search median {:.2} ms, p95 {:.2} ms, slowest {:.2} ms ({slowest:?})",
        ms(percentile(&mut times, 50)),
        ms(percentile(&mut times, 95)),
        ms(percentile(&mut times, 100))
    );
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The most memory that the process ever held, where the system tells.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or_else(String::new, |peak| format!(", peak of the process {}", peak.trim()))
}
