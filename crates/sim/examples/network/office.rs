//! A hub that listens on a port of this machine, and phones that reach it by real HTTP.

use anyhow::Context as _;
use payung_device::{Device, Env, HttpTransport, KeyCost, NewPhoto, PairLink, Pin, SystemClock, SystemEntropy};
use payung_domain::enrolment::PhotoKind;
use payung_domain::region::Regions;
use payung_domain::{Field, RecordId};
use payung_hub::store::village::{self, VillageRow};
use payung_hub::{Context, Hub, HubError, Settings, pairing, router};
use payung_sim::person;
use payung_sim::world::VILLAGE;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// A folder on a real disk: durability costs what it costs.
pub fn folder() -> anyhow::Result<TempDir> {
    std::fs::create_dir_all("target")?;
    Ok(tempfile::tempdir_in("target")?)
}

/// A hub with one village and room for everybody.
pub fn hub(folder: &Path) -> anyhow::Result<Arc<Hub>> {
    let programmes = folder.join("programmes");
    std::fs::create_dir_all(&programmes)?;
    let programme = include_str!("../../programme.toml").replace("places = 3", "places = 10000000");
    std::fs::write(programmes.join("sim.toml"), programme)?;
    let settings = Settings { programmes: Some(programmes), ..Settings::default() };
    let hub = Hub::open(&folder.join("data"), settings, Context::system())?;
    let row = VillageRow {
        code: VILLAGE.parse().ok().context("a village code")?,
        name: "Mojodelik".into(),
        district: "Gayam".into(),
        regency: "Kabupaten Bojonegoro".into(),
        programme: "sim".parse().ok().context("a programme id")?,
    };
    hub.store.write::<_, HubError>(|transaction| Ok(village::put(transaction, &row, 0)?))?;
    Ok(hub)
}

/// Serves it from now on.
pub async fn serve(hub: &Arc<Hub>) -> anyhow::Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let service = router(Arc::clone(hub)).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok(address)
}

/// A fresh phone that reaches the hub at this address.
pub async fn phone(hub: &Hub, folder: &Path, address: SocketAddr, regions: &Arc<Regions>) -> anyhow::Result<Device> {
    let env = Env {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        transport: Arc::new(HttpTransport::new()?),
        regions: Arc::clone(regions),
        key_cost: KeyCost { memory_kib: 8, passes: 1 },
    };
    let device = Device::new(folder, env);
    let code = pairing::make_code(hub, VILLAGE.parse().ok().context("a village code")?, "Bu Contoh", 24, "bench")?;
    let link = PairLink::typed(&format!("http://{address}"), &code).context("a pairing code")?;
    device.pair(link, Pin::parse("246810").context("a PIN")?, "bench").await?;
    Ok(device)
}

/// The regions of the country, which an enrolment is judged by.
pub fn regions() -> anyhow::Result<Arc<Regions>> {
    Ok(Arc::new(Regions::load(include_bytes!("../../../../assets/regions/regions.bin"))?))
}

/// Enrols a person with a photo of so many bytes, which no compressor makes smaller.
pub async fn enrol(device: &Device, person: u32, photo_bytes: usize) -> anyhow::Result<RecordId> {
    let id = device.start_draft().await?;
    let mut fields = person::fields(person);
    // the bench runs on the day that it is
    fields.retain(|(field, _)| *field != Field::ConsentTime);
    fields.push((Field::ConsentTime, device.env().clock.now().to_string()));
    device.set_fields(id, fields).await?;
    device
        .add_photo(
            id,
            NewPhoto {
                kind: PhotoKind::Ktp,
                jpeg: jpeg(person, photo_bytes),
                thumbnail: vec![0; 4_000],
                faults: Vec::new(),
            },
        )
        .await?;
    device.save(id).await?;
    Ok(id)
}

/// What begins like a JPEG and goes on like noise.
pub fn jpeg(seed: u32, bytes: usize) -> Vec<u8> {
    let mut jpeg = vec![0; bytes.max(4)];
    fastrand::Rng::with_seed(u64::from(seed)).fill(&mut jpeg);
    jpeg[..4].copy_from_slice(&[0xff, 0xd8, 0xff, 0xe0]);
    jpeg
}
