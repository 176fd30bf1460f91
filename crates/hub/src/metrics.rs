//! Counters since the start, in the words of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// What this process has done.
#[derive(Default)]
pub struct Metrics(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    requests: BTreeMap<(String, String, u16), u64>,
    sync: Histogram,
    records_taken: u64,
    records_refused: u64,
    handshakes: BTreeMap<&'static str, u64>,
}

#[derive(Default)]
struct Histogram {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    seconds: f64,
}

/// What the store counts.
pub struct Holdings {
    /// Records by state key.
    pub records: Vec<(String, u32)>,
    /// Photos that are complete.
    pub photos: u64,
    /// Their bytes.
    pub photo_bytes: u64,
    /// Decisions that the phone of their record has not asked for since, and the time of the oldest in Unix milliseconds.
    pub unsent: (u64, Option<i64>),
    /// Bytes that may still be written where the data folder lies, where the system tells.
    pub free_bytes: Option<u64>,
    /// When the last backup was made, in Unix milliseconds, where there was one.
    pub backed_up_at: Option<i64>,
    /// Now, in Unix milliseconds.
    pub now: i64,
}

impl Metrics {
    /// Notes an answered request; `route` is the pattern, never the path that was asked for.
    pub fn answered(&self, method: &str, route: &str, status: u16) {
        self.change(|counts| *counts.requests.entry((method.to_owned(), route.to_owned(), status)).or_default() += 1);
    }

    /// Notes a sync.
    pub fn synced(&self, took: Duration, taken: usize, refused: usize) {
        self.change(|counts| {
            let seconds = took.as_secs_f64();
            for (bound, count) in BUCKETS.iter().zip(&mut counts.sync.buckets) {
                *count += u64::from(seconds <= *bound);
            }
            counts.sync.count += 1;
            counts.sync.seconds += seconds;
            counts.records_taken += taken as u64;
            counts.records_refused += refused as u64;
        });
    }

    /// Notes a TLS handshake: `full`, `resumed` or `failed`.
    pub fn shook_hands(&self, kind: &'static str) {
        self.change(|counts| *counts.handshakes.entry(kind).or_default() += 1);
    }

    fn change(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The page that Prometheus reads.
    pub fn page(&self, holdings: &Holdings) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut page = String::new();
        let mut section = |name: &str, kind: &str, help: &str, lines: &[String]| {
            // writing to a String can't fail
            let _ = write!(page, "# HELP {name} {help}\n# TYPE {name} {kind}\n{}", lines.concat());
        };
        let requests: Vec<String> = counts
            .requests
            .iter()
            .map(|((method, route, status), count)| {
                format!("payung_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}} {count}\n")
            })
            .collect();
        section("payung_requests_total", "counter", "Answered requests.", &requests);
        let handshakes: Vec<String> = counts
            .handshakes
            .iter()
            .map(|(kind, count)| format!("payung_tls_handshakes_total{{kind=\"{kind}\"}} {count}\n"))
            .collect();
        section(
            "payung_tls_handshakes_total",
            "counter",
            "TLS handshakes of the hub itself, by how they went.",
            &handshakes,
        );
        let mut sync: Vec<String> = BUCKETS
            .iter()
            .zip(&counts.sync.buckets)
            .map(|(bound, count)| format!("payung_sync_seconds_bucket{{le=\"{bound}\"}} {count}\n"))
            .collect();
        let Histogram { count, seconds, .. } = counts.sync;
        sync.push(format!("payung_sync_seconds_bucket{{le=\"+Inf\"}} {count}\n"));
        sync.push(format!("payung_sync_seconds_sum {seconds}\npayung_sync_seconds_count {count}\n"));
        section("payung_sync_seconds", "histogram", "Time from a sync request's last byte to its answer.", &sync);
        for (name, help, value) in [
            ("payung_records_taken_total", "Pushed records that were receipted.", counts.records_taken),
            ("payung_records_refused_total", "Pushed records that were refused.", counts.records_refused),
        ] {
            section(name, "counter", help, &[format!("{name} {value}\n")]);
        }
        let records: Vec<String> = holdings
            .records
            .iter()
            .map(|(state, count)| format!("payung_records{{state=\"{state}\"}} {count}\n"))
            .collect();
        section("payung_records", "gauge", "Records by state.", &records);
        for (name, help, value) in [
            ("payung_photos", "Photos held in full.", holdings.photos),
            ("payung_photo_bytes", "Bytes of the photos held.", holdings.photo_bytes),
        ] {
            section(name, "gauge", help, &[format!("{name} {value}\n")]);
        }
        let (unsent, oldest) = holdings.unsent;
        let age = oldest.map_or(0, |at| (holdings.now - at).max(0) / 1000);
        for (name, help, value) in [
            ("payung_unsent_decisions", "Decisions that the record's phone has not synced since.", Some(unsent as i64)),
            ("payung_oldest_unsent_decision_seconds", "Age of the oldest of these; 0 when there is none.", Some(age)),
            (
                "payung_disk_free_bytes",
                "Room where the data folder lies.",
                holdings.free_bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
            ),
            (
                "payung_last_backup_timestamp_seconds",
                "When `payung-hub backup` last ended well.",
                holdings.backed_up_at.map(|at| at / 1000),
            ),
        ] {
            let lines: Vec<String> = value.map(|value| format!("{name} {value}\n")).into_iter().collect();
            section(name, "gauge", help, &lines);
        }
        page
    }
}
