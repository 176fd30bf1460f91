//! Decides when to sync: at once when asked or when the signal returns, later by itself.

use jiff::Timestamp;
use payung_device::{Device, NextStep, Report, Status};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Starts syncs. Clones ring the same bell.
#[derive(Clone)]
pub struct Courier {
    bell: Arc<Notify>,
}

/// With nothing to send, answers of the office are asked for this often.
const ROUTINE: Duration = Duration::from_secs(5 * 60);

impl Courier {
    /// Starts the loop on the current tokio runtime. It outlives every screen.
    pub fn start(device: Device) -> Self {
        let courier = Self { bell: Arc::new(Notify::new()) };
        let bell = courier.bell.clone();
        tokio::spawn(async move {
            let mut failures = 0;
            loop {
                if device.status() == Status::Open {
                    let report = device.sync().await;
                    failures = if report.failure.is_some() { failures + 1 } else { 0 };
                    let jitter = Timestamp::now().subsec_nanosecond().unsigned_abs() % 1000;
                    let pause = pause_after(&report, failures, jitter);
                    tokio::select! { () = bell.notified() => {}, () = tokio::time::sleep(pause) => {} }
                } else {
                    bell.notified().await;
                }
            }
        });
        courier
    }

    /// Syncs now, or once more when a sync is under way.
    pub fn go(&self) {
        self.bell.notify_one();
    }
}

/// 15 s after a failure, then twice as long each time, ten minutes at most, and up to a quarter more by chance so that
/// phones that lost the signal together don't come back together. `jitter_per_mille` is 0 to 999.
fn pause_after(report: &Report, failures: u32, jitter_per_mille: u32) -> Duration {
    match report.failure.map(|failure| failure.next_step()) {
        Some(NextStep::RetryLater) => {
            let seconds = (15 << failures.saturating_sub(1).min(6)).min(600);
            Duration::from_secs(seconds) * (4000 + jitter_per_mille) / 4000
        }
        // nothing changes until the person does something, which rings the bell
        Some(_) => Duration::from_secs(3600),
        None => ROUTINE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use payung_device::SyncFailure;

    #[test]
    fn pauses_double_up_to_ten_minutes() {
        let failed = Report { failure: Some(SyncFailure::NoSignal), ..Report::default() };
        let seconds: Vec<u64> = (1..9).map(|failures| pause_after(&failed, failures, 0).as_secs()).collect();
        assert_eq!(seconds, [15, 30, 60, 120, 240, 480, 600, 600]);
        assert!(pause_after(&failed, 1, 999) < Duration::from_secs(19));
    }
}
