//! Brings reports of irregularities to the office: with or without a PIN, apart from the syncs.

use crate::courier::retry_after;
use jiff::Timestamp;
use payung_device::{Device, NextStep};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::sleep;

/// Sends what waits. Clones ring the same bell.
#[derive(Clone)]
pub struct Post(Arc<Notify>);

/// With nothing to send nothing is called; a letter that the office would not take yet is tried again this often.
const ROUTINE: Duration = Duration::from_secs(3600);

impl Post {
    /// Starts the loop on the current tokio runtime. It outlives every screen.
    pub fn start(device: Device) -> Self {
        let post = Self(Arc::new(Notify::new()));
        tokio::spawn(post.clone().run(device));
        post
    }

    async fn run(self, device: Device) {
        let mut failures = 0;
        loop {
            let pause = match device.send_reports().await {
                Err(failure) if failure.next_step() == NextStep::RetryLater => {
                    failures += 1;
                    let jitter = Timestamp::now().subsec_nanosecond().unsigned_abs() % 1000;
                    retry_after(failures, jitter)
                }
                _ => {
                    failures = 0;
                    ROUTINE
                }
            };
            tokio::select! { () = self.0.notified() => {}, () = sleep(pause) => {} }
        }
    }

    /// Sends now, or once more when something is on its way: a letter was written, or the signal returned.
    pub fn go(&self) {
        self.0.notify_one();
    }
}
