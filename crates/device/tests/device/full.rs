//! A phone without room.

use crate::support::*;
use payung_device::{Device, Disk, Moment, Standing, SyncFailure};
use payung_domain::State;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// So many commits fit on the disk.
struct Room(AtomicI64);

impl Disk for Room {
    fn stops(&self, at: Moment) -> bool {
        at == Moment::Commit && self.0.fetch_sub(1, Ordering::Relaxed) <= 0
    }
    fn is_full(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn a_full_phone_is_opened_though_it_had_no_room_to_end_a_sync() {
    let phone = Phone::paired().await;
    let id = phone.enrol(1).await;
    phone.device.lock();
    let room = Arc::new(Room(AtomicI64::new(100)));
    let open = || Device::with_disk(phone.folder.path(), phone.device.env().clone(), Some(room.clone()));
    let device = open();
    device.unlock(pin()).await.unwrap();
    // the leases of before are ended and a batch is taken; the answer finds no room
    room.0.store(2, Ordering::Relaxed);
    assert_eq!(device.sync().await.failure, Some(SyncFailure::Phone));

    let device = open();
    device.unlock(pin()).await.expect("what is on the phone can be looked at");
    assert_eq!(device.record(id).await.unwrap().row.standing, Standing::State(State::Sending));

    room.0.store(100, Ordering::Relaxed);
    phone.clock.pass(121);
    assert_eq!(device.sync().await.failure, None);
    assert_eq!(device.record(id).await.unwrap().row.standing, Standing::State(State::Received));
}
