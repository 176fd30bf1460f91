//! A phone with its own time, chance and network.

mod answers;
mod hub;
pub mod office;

pub use hub::{HubState, TestHub, Weather};

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use payung_device::*;
use payung_domain::enrolment::PhotoKind;
use payung_domain::region::Regions;
use payung_domain::{Field, PhotoHash, RecordId};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

pub const PIN: &str = "246810";
pub const TODAY: Date = date(2026, 11, 21);
pub static REGIONS: LazyLock<Arc<Regions>> =
    LazyLock::new(|| Arc::new(Regions::load(include_bytes!("../../../../../assets/regions/regions.bin")).unwrap()));

pub struct TestClock(pub Mutex<Timestamp>);
impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
    fn today(&self) -> Date {
        TODAY
    }
}
impl TestClock {
    pub fn pass(&self, seconds: i64) {
        *self.0.lock().unwrap() += SignedDuration::from_secs(seconds);
    }
}

/// Bytes that differ from call to call and are the same in every run.
pub struct Counted(AtomicU64);
impl Entropy for Counted {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        for chunk in bytes.chunks_mut(32) {
            let count = self.0.fetch_add(1, Ordering::Relaxed);
            let hash = PhotoHash::of(&count.to_le_bytes());
            chunk.copy_from_slice(&hash.as_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

pub struct Phone {
    pub device: Device,
    pub hub: Arc<TestHub>,
    pub clock: Arc<TestClock>,
    pub folder: tempfile::TempDir,
}

impl Phone {
    /// A phone that is paired and open.
    pub async fn paired() -> Self {
        let phone = Self::fresh(TestHub::new());
        let link = PairLink::typed("https://hub.test", "ABCD-EFGH").unwrap();
        phone.device.pair(link, pin(), "test").await.unwrap();
        phone
    }

    pub fn fresh(hub: Arc<TestHub>) -> Self {
        let clock = Arc::new(TestClock(Mutex::new("2026-11-21T01:00:00Z".parse().unwrap())));
        let folder = tempfile::tempdir().unwrap();
        let device = device(&folder, &hub, &clock);
        Self { device, hub, clock, folder }
    }

    /// As after the process was killed: nothing but the files is left.
    pub async fn killed(self) -> Self {
        let Self { hub, clock, folder, .. } = self;
        let device = device(&folder, &hub, &clock);
        device.unlock(pin()).await.unwrap();
        Self { device, hub, clock, folder }
    }

    /// Fills in a person whose NIK ends in this serial number, with a photo.
    pub async fn fill(&self, person: u16) -> RecordId {
        let id = self.device.start_draft().await.unwrap();
        for (field, text) in person_fields(person) {
            self.device.set_field(id, field, &text).unwrap();
        }
        self.device.add_photo(id, new_photo(person)).await.unwrap();
        id
    }

    pub async fn enrol(&self, person: u16) -> RecordId {
        let id = self.fill(person).await;
        self.device.save(id).await.unwrap();
        id
    }

    pub async fn standing(&self, id: RecordId) -> Standing {
        self.device.record(id).await.unwrap().row.standing
    }

    pub async fn counts(&self) -> Counts {
        self.device.counts().await.unwrap()
    }
}

fn device(folder: &tempfile::TempDir, hub: &Arc<TestHub>, clock: &Arc<TestClock>) -> Device {
    Device::new(
        folder.path(),
        Env {
            clock: clock.clone(),
            entropy: Arc::new(Counted(AtomicU64::new(clock.now().as_microsecond().unsigned_abs()))),
            transport: hub.clone(),
            regions: REGIONS.clone(),
            key_cost: KeyCost { memory_kib: 64, passes: 1 },
        },
    )
}

pub fn pin() -> Pin {
    Pin::parse(PIN).unwrap()
}

/// A person's photo, nothing wrong with it.
pub fn new_photo(person: u16) -> NewPhoto {
    NewPhoto { kind: PhotoKind::Ktp, jpeg: photo(person), thumbnail: b"small".to_vec(), faults: Vec::new() }
}

/// Bytes that stand for a JPEG; the store does not look inside.
pub fn photo(person: u16) -> Vec<u8> {
    (0..150_000u32).map(|i| (i.wrapping_mul(2_654_435_761).wrapping_add(u32::from(person)) >> 13) as u8).collect()
}

pub fn person_fields(person: u16) -> Vec<(Field, String)> {
    [
        (Field::Nik, format!("990101050485{person:04}")),
        (Field::Name, format!("Contoh Warga {person}")),
        (Field::BirthPlace, "Bojonegoro".into()),
        (Field::BirthDate, "05-04-1985".into()),
        (Field::Sex, "male".into()),
        (Field::Address, "Dusun Contoh".into()),
        (Field::Rt, "3".into()),
        (Field::Rw, "1".into()),
        (Field::Occupation, "buruh_tani".into()),
        (Field::Workplace, "Sawah".into()),
        (Field::HeirName, "Contoh Ahli Waris".into()),
        (Field::HeirRelation, "spouse".into()),
        (Field::Consent, "spoken".into()),
        (Field::ConsentNotice, "2026-11".into()),
        (Field::ConsentTime, "2026-11-21T01:00:00Z".into()),
    ]
    .into()
}
