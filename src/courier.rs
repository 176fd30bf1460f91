//! Decides when to sync: at once when asked or when the signal returns, a moment after a save, later by itself.

use jiff::{SignedDuration, Timestamp};
use payung_device::{Device, Link, NextStep, Occasion, Report, Status, SyncFailure, Trigger};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep};

/// Starts syncs. Clones ring the same bell.
#[derive(Clone)]
pub struct Courier(Arc<Shared>);

struct Shared {
    bell: Notify,
    asked: Mutex<Asked>,
    next: watch::Sender<Option<Timestamp>>,
}

#[derive(Default)]
struct Asked {
    trigger: Option<Trigger>,
    link: Link,
}

/// With nothing to send, answers of the office are asked for this often.
const ROUTINE: Duration = Duration::from_secs(5 * 60);
/// Whoever saves one record often saves the next one at once.
const AFTER_A_SAVE: Duration = Duration::from_secs(2);
/// Without a signal, a few hundred bytes tell this often whether it has returned: not every system says so.
const PROBE: Duration = Duration::from_secs(30);

impl Courier {
    /// Starts the loop on the current tokio runtime. It outlives every screen.
    pub fn start(device: Device) -> Self {
        let courier =
            Self(Arc::new(Shared { bell: Notify::new(), asked: Mutex::default(), next: watch::Sender::new(None) }));
        tokio::spawn(courier.clone().run(device));
        courier
    }

    async fn run(self, device: Device) {
        let (mut failures, mut trigger) = (0, None);
        loop {
            if device.status() != Status::Open {
                self.0.bell.notified().await;
                trigger = self.asked().trigger.take();
                continue;
            }
            let occasion = Occasion { trigger: trigger.unwrap_or(Trigger::Start), link: self.asked().link };
            let report = device.sync_on(occasion).await;
            failures = if report.failure.is_some() { failures + 1 } else { 0 };
            let jitter = Timestamp::now().subsec_nanosecond().unsigned_abs() % 1000;
            let pause = pause_after(&report, failures, jitter);
            let is_retry = report.failure.is_some_and(|failure| failure.next_step() == NextStep::RetryLater);
            let at = SignedDuration::try_from(pause).ok().and_then(|pause| Timestamp::now().checked_add(pause).ok());
            self.0.next.send_replace(at.filter(|_| is_retry));
            trigger = Some(self.rest(&device, pause, report.failure == Some(SyncFailure::NoSignal)).await);
            self.0.next.send_replace(None);
        }
    }

    /// Waits for a reason to sync, or for the end of the pause.
    async fn rest(&self, device: &Device, pause: Duration, is_probing: bool) -> Trigger {
        let until = Instant::now() + pause;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let nap = if is_probing { left.min(PROBE) } else { left };
            tokio::select! {
                () = self.0.bell.notified() => {
                    let trigger = self.asked().trigger.take();
                    if trigger == Some(Trigger::Saved) {
                        tokio::select! { () = self.0.bell.notified() => {}, () = sleep(AFTER_A_SAVE) => {} }
                    }
                    return self.asked().trigger.take().or(trigger).unwrap_or_default();
                }
                () = sleep(nap) => {}
            }
            if Instant::now() >= until {
                return Trigger::Timer;
            }
            if device.probe().await {
                return Trigger::Online;
            }
        }
    }

    /// Syncs now, a moment after a save, or once more when a sync is under way.
    pub fn go(&self, trigger: Trigger) {
        let mut asked = self.asked();
        // what the kader asks for by hand is not made less by what happens beside it
        if asked.trigger != Some(Trigger::Hand) {
            asked.trigger = Some(trigger);
        }
        drop(asked);
        self.0.bell.notify_one();
    }

    /// The system says what the phone is connected by.
    pub fn link_is(&self, link: Link) {
        self.asked().link = link;
    }

    /// When the next try comes, after one that failed.
    pub fn next_try(&self) -> watch::Receiver<Option<Timestamp>> {
        self.0.next.subscribe()
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.0.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 15 s after a failure, then twice as long each time, ten minutes at most, and up to a quarter more by chance so that
/// phones that lost the signal together don't come back together. `jitter_per_mille` is 0 to 999.
pub fn retry_after(failures: u32, jitter_per_mille: u32) -> Duration {
    let seconds = (15 << failures.saturating_sub(1).min(6)).min(600);
    Duration::from_secs(seconds) * (4000 + jitter_per_mille) / 4000
}

fn pause_after(report: &Report, failures: u32, jitter_per_mille: u32) -> Duration {
    match report.failure.map(|failure| failure.next_step()) {
        Some(NextStep::RetryLater) => retry_after(failures, jitter_per_mille),
        // nothing changes until the person does something, which rings the bell
        Some(_) => Duration::from_secs(3600),
        None => ROUTINE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_ten_minutes() {
        let failed = Report { failure: Some(SyncFailure::NoSignal), ..Report::default() };
        let seconds: Vec<u64> = (1..9).map(|failures| pause_after(&failed, failures, 0).as_secs()).collect();
        assert_eq!(seconds, [15, 30, 60, 120, 240, 480, 600, 600]);
        assert!(pause_after(&failed, 1, 999) < Duration::from_secs(19));
    }
}
