//! One sync at a time, and a screen that looks when it is told sees what is true.

use crate::support::*;
use payung_device::{Device, PairLink};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake};

type Change = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Looks at the very moment at which the device says that something has changed.
struct Onlooker {
    device: Device,
    saw_syncing: Mutex<Vec<bool>>,
    next: Mutex<Option<Change>>,
}

impl Onlooker {
    fn of(phone: &Phone) -> Arc<Self> {
        let onlooker = Self { device: phone.device.clone(), saw_syncing: Mutex::default(), next: Mutex::default() };
        let onlooker = Arc::new(onlooker);
        onlooker.wait();
        onlooker
    }

    fn wait(self: &Arc<Self>) {
        let mut changes = self.device.changes();
        let mut next: Change = Box::pin(async move { changes.changed().await.unwrap() });
        assert!(next.as_mut().poll(&mut Context::from_waker(&self.clone().into())).is_pending());
        *self.next.lock().unwrap() = Some(next);
    }

    /// What it saw since it was asked last: first and last.
    fn saw_syncing(&self) -> (bool, bool) {
        let saw = std::mem::take(&mut *self.saw_syncing.lock().unwrap());
        (*saw.first().unwrap(), *saw.last().unwrap())
    }
}

impl Wake for Onlooker {
    fn wake(self: Arc<Self>) {
        self.saw_syncing.lock().unwrap().push(self.device.is_syncing());
        self.wait();
    }
}

#[tokio::test]
async fn whoever_looks_when_told_sees_a_sync_begin_and_end() {
    let phone = Phone::paired().await;
    phone.enrol(9999).await;
    let onlooker = Onlooker::of(&phone);
    for weather in [Weather::NoSignal, Weather::Fine] {
        phone.hub.set(weather);
        phone.device.sync().await;
        assert_eq!(onlooker.saw_syncing(), (true, false), "{weather:?}");
    }
}

#[tokio::test]
async fn a_pairing_holds_a_sync_up_no_longer_than_it_takes_also_when_it_fails() {
    let phone = Phone::paired().await;
    let onlooker = Onlooker::of(&phone);
    for weather in [Weather::NoSignal, Weather::Fine] {
        phone.hub.set(weather);
        let paired = phone.device.pair_again(PairLink::typed("https://hub.test", "ABCD-EFGH").unwrap(), "test").await;
        assert_eq!(paired.is_ok(), weather == Weather::Fine);
        assert_eq!(onlooker.saw_syncing(), (true, false), "{weather:?}");
    }
}
