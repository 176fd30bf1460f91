//! How much a hub takes from many phones at once, and whether that changes when a million records are there already. The hub is
//! a process of its own, on a real disk; the phones share its two processors.

use crate::office;
use anyhow::{Context as _, ensure};
use flate2::{Compression, write::GzEncoder};
use payung_device::{HttpTransport, Method, Request, Response, Transport};
use payung_domain::draft::Setting;
use payung_domain::enrolment::{Photo, PhotoKind};
use payung_domain::ids::ContentHash;
use payung_domain::region::VillageCode;
use payung_domain::wire::{PairRequest, Pushed, RecordPush, SyncRequest, SyncResponse, VERSION};
use payung_domain::{Draft, Field, PhotoHash, Programme, RecordId};
use payung_hub::intake::{self, Taken};
use payung_hub::store::village::{self, VillageRow};
use payung_hub::store::{device, record};
use payung_hub::{Context, Hub, HubError, Settings, pairing};
use payung_sim::person;
use serde_json::value::RawValue;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Villages, each with one phone.
const VILLAGES: usize = 400;
/// Phones that sync at the same time.
const AT_ONCE: usize = 32;
/// Records of a batch: what a kader brings home from a morning.
const BATCH: usize = 20;
const PHOTO: usize = 120_000;
/// How long each row is measured.
const SECONDS: Duration = Duration::from_secs(10);
/// Records of one transaction while the hub is filled.
const FILLED_AT_ONCE: u32 = 5_000;

pub async fn run(sizes: &[u32]) -> anyhow::Result<()> {
    let folder = office::folder()?;
    let mut crowd = Crowd::new(folder.path())?;
    println!(
        "| records there | sent by {AT_ONCE} phones | records a second | p50 ms | p95 ms | hub's peak memory MB |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    let mut there = 0;
    for &size in sizes {
        crowd.fill(there, size)?;
        let people = Arc::new(AtomicU32::new(size));
        for (name, batch, photo) in [
            ("one text record a call", 1, 0),
            ("batches of 20", BATCH, 0),
            ("one record with a photo of 120 kB", 1, PHOTO),
        ] {
            let hub = Process::start(folder.path())?;
            let mut times = crowd.rush(&hub.url, &people, batch, photo).await?;
            times.sort();
            let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
            let rate = (times.len() * batch) as f64 / SECONDS.as_secs_f64();
            println!("| {size} | {name} | {rate:.0} | {:.0} | {:.0} | {} |", at(50), at(95), hub.peak_megabytes()?);
            std::io::stdout().flush()?;
        }
        let hub = Process::start(folder.path())?;
        let started = Instant::now();
        let answer = crowd.phones[0]
            .post(&HttpTransport::new()?, &hub.url, "/v1/enrolled", br#"{"version":1,"nonce":"bench"}"#.to_vec())
            .await?;
        println!(
            "| {size} | the filter of who is enrolled, made anew | {} kB of hex | {:.0} | | {} |",
            answer.body.len() / 1000,
            started.elapsed().as_secs_f64() * 1000.0,
            hub.peak_megabytes()?
        );
        there = people.load(Ordering::Relaxed);
    }
    Ok(())
}

/// A hub process.
struct Process {
    child: Child,
    url: String,
}

impl Process {
    fn start(folder: &Path) -> anyhow::Result<Self> {
        let mut program = std::env::current_exe()?;
        program.pop();
        program.pop();
        let mut child = Command::new(program.join("payung-hub"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.join("data"))
            .arg("--programmes")
            .arg(folder.join("programmes"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("build payung-hub with the same profile first")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("stdout")?).read_line(&mut line)?;
        let url = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        ensure!(url.starts_with("http://"), "the hub says {line}");
        Ok(Self { child, url })
    }

    fn peak_megabytes(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmHWM")).context("VmHWM")?;
        Ok(line.split_whitespace().nth(1).context("kB")?.parse::<u64>()? / 1024)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[derive(Clone)]
struct Phone {
    village: VillageRow,
    device_id: String,
    token: String,
    /// How far it has heard the hub, and the village as it knows it.
    cursor: Option<u64>,
    known: Option<ContentHash>,
}

struct Crowd {
    hub_folder: std::path::PathBuf,
    phones: Vec<Phone>,
    programme: Programme,
}

impl Crowd {
    fn new(folder: &Path) -> anyhow::Result<Self> {
        drop(office::hub(folder)?);
        let programmes = folder.join("programmes");
        let shared = std::fs::read_to_string(programmes.join("sim.toml"))?.replace("per_village", "regency_total");
        std::fs::write(programmes.join("sim.toml"), &shared)?;
        let programme = Programme::from_toml(&shared)?;
        let hub = open(folder)?;
        let mut phones = Vec::new();
        for number in 0..VILLAGES {
            let code: VillageCode =
                format!("35.22.{:02}.{}", number / 20 + 1, 2001 + number % 20).parse().ok().context("a code")?;
            let row = VillageRow {
                code,
                name: format!("Desa {number}"),
                district: format!("Kecamatan {}", number / 20),
                regency: "Kabupaten Bojonegoro".into(),
                programme: programme.id.clone(),
            };
            hub.store.write::<_, HubError>(|transaction| Ok(village::put(transaction, &row, 0)?))?;
            let code = pairing::make_code(&hub, code, &format!("Kader {number}"), 24, "bench")?;
            let (nonce, device_name) = (format!("{number}"), "bench".into());
            let asked = PairRequest { version: VERSION, nonce, code, device_name, phone_key: None };
            let paired = pairing::pair(&hub, asked).map_err(|error| anyhow::anyhow!("{}", error.body.message))?;
            let known = Some(paired.village.digest());
            phones.push(Phone { village: row, device_id: paired.device_id, token: paired.token, cursor: None, known });
        }
        Ok(Self { hub_folder: folder.to_owned(), phones, programme })
    }

    /// Takes records in as a sync would, without the way there.
    fn fill(&mut self, from: u32, to: u32) -> anyhow::Result<()> {
        let hub = open(&self.hub_folder)?;
        let devices = self.phones.iter().map(|phone| {
            hub.store
                .read::<_, HubError>(|connection| Ok(device::get(connection, &phone.device_id)?))?
                .context("a phone")
        });
        let devices = devices.collect::<anyhow::Result<Vec<_>>>()?;
        let now = Context::system().now().as_millisecond();
        for first in (from..to).step_by(FILLED_AT_ONCE as usize) {
            hub.store.write::<_, anyhow::Error>(|transaction| {
                for person in first..to.min(first + FILLED_AT_ONCE) {
                    let number = person as usize % self.phones.len();
                    let push = self.push(person, &self.phones[number].village, 0)?;
                    let taken = intake::take(
                        &hub,
                        transaction,
                        &devices[number],
                        &self.phones[number].village,
                        &push,
                        (now, 0),
                    )?;
                    ensure!(matches!(taken, Taken::Receipt(_)), "a made-up person was refused");
                }
                Ok(())
            })?;
        }
        // every phone has heard all of it
        for phone in &mut self.phones {
            let village = phone.village.code;
            let heard =
                |connection: &_| Ok(record::changes(connection, village, 0, usize::MAX)?.last().map(|(seq, _)| *seq));
            phone.cursor = hub.store.read::<_, HubError>(heard)?;
        }
        Ok(())
    }

    fn push(&self, person: u32, village: &VillageRow, photo: usize) -> anyhow::Result<RecordPush> {
        let mut draft = Draft::default();
        for (field, text) in person::fields(person) {
            draft.set(field, text);
        }
        draft.set(Field::Village, village.code.to_string());
        let sha256 = PhotoHash::of(&office::jpeg(person, photo.max(4)));
        let photos = [Photo { kind: PhotoKind::Ktp, sha256, bytes: photo.max(4) as u64, faults: Vec::new() }];
        let setting =
            Setting { programme: &self.programme, today: jiff::civil::date(2026, 11, 21), knows_district: &|_| true };
        let enrolment = draft.enrolment(&setting, &photos).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
        let mut id = [0; 16];
        fastrand::Rng::with_seed(u64::from(person) ^ 0x5eed).fill(&mut id);
        Ok(RecordPush {
            id: RecordId::from_bytes(id),
            revision: 1,
            saved_at: Context::system().now(),
            sequence: Some(u64::from(person)),
            place: None,
            enrolment: RawValue::from_string(serde_json::to_string(&enrolment)?)?,
        })
    }

    /// As many phones at once as there are connections, for a while; the time of each call or of a record with its photo.
    async fn rush(
        &self,
        url: &str,
        people: &Arc<AtomicU32>,
        batch: usize,
        photo: usize,
    ) -> anyhow::Result<Vec<Duration>> {
        let until = Instant::now() + SECONDS;
        let mut tasks = Vec::new();
        for number in 0..AT_ONCE {
            let (people, url) = (Arc::clone(people), url.to_owned());
            let phones: Vec<Phone> = self.phones.iter().skip(number).step_by(AT_ONCE).cloned().collect();
            let mut crowd = Self { hub_folder: self.hub_folder.clone(), phones, programme: self.programme.clone() };
            tasks.push(tokio::spawn(async move {
                let transport = HttpTransport::new()?;
                let mut times = Vec::new();
                for turn in 0.. {
                    let turn = turn % crowd.phones.len();
                    let mut phone = crowd.phones[turn].clone();
                    let first = people.fetch_add(batch as u32, Ordering::Relaxed);
                    let records = (first..first + batch as u32).map(|person| crowd.push(person, &phone.village, photo));
                    let records = records.collect::<anyhow::Result<Vec<_>>>()?;
                    let jpeg = (photo > 0).then(|| office::jpeg(first, photo));
                    let started = Instant::now();
                    if started >= until {
                        break;
                    }
                    phone.sync(&transport, &url, records).await?;
                    if let Some(jpeg) = jpeg {
                        phone.upload(&transport, &url, jpeg).await?;
                    }
                    times.push(started.elapsed());
                    crowd.phones[turn] = phone;
                }
                anyhow::Ok(times)
            }));
        }
        let mut times = Vec::new();
        for task in tasks {
            times.extend(task.await??);
        }
        Ok(times)
    }
}

impl Phone {
    async fn sync(&mut self, transport: &HttpTransport, url: &str, records: Vec<RecordPush>) -> anyhow::Result<()> {
        let pushed: Vec<_> = records.iter().map(Pushed::of).collect();
        let request = SyncRequest {
            version: VERSION,
            nonce: "bench".into(),
            device_time: Context::system().now(),
            cursor: self.cursor,
            records,
            awaiting: Vec::new(),
            village: self.known,
            lease: None,
            takes_batch_receipt: true,
            phone_key: None,
        };
        let mut zipped = GzEncoder::new(Vec::new(), Compression::fast());
        zipped.write_all(&serde_json::to_vec(&request)?)?;
        let answer = self.post(transport, url, "/v1/sync", zipped.finish()?).await?;
        let answer: SyncResponse = serde_json::from_slice(&answer.body)?;
        let batch = answer.batch.context("a receipt")?;
        ensure!(batch.records == Pushed::digest(&pushed), "{} receipts for {}", answer.receipts.len(), pushed.len());
        self.cursor = Some(answer.cursor);
        self.known = answer.village.map(|village| village.digest()).or(self.known);
        Ok(())
    }

    async fn post(&self, transport: &HttpTransport, url: &str, path: &str, body: Vec<u8>) -> anyhow::Result<Response> {
        let mut headers =
            vec![("authorization", format!("Bearer {}", self.token)), ("content-type", "application/json".into())];
        if body.first() == Some(&0x1f) {
            headers.push(("content-encoding", "gzip".into()));
        }
        let answer =
            transport.call(Request { method: Method::Post, url: format!("{url}{path}"), headers, body }).await?;
        ensure!(answer.status == 200, "{path} answered {}", answer.status);
        Ok(answer)
    }

    async fn upload(&self, transport: &HttpTransport, url: &str, jpeg: Vec<u8>) -> anyhow::Result<()> {
        use base64::Engine as _;
        let hash = base64::engine::general_purpose::STANDARD.encode(PhotoHash::of(&jpeg).to_string());
        let tus = |more: Vec<(&'static str, String)>| {
            let mut headers =
                vec![("authorization", format!("Bearer {}", self.token)), ("tus-resumable", "1.0.0".into())];
            headers.extend(more);
            headers
        };
        let made = transport
            .call(Request {
                method: Method::Post,
                url: format!("{url}/v1/photos"),
                headers: tus(vec![
                    ("upload-length", jpeg.len().to_string()),
                    ("upload-metadata", format!("sha256 {hash}")),
                ]),
                body: Vec::new(),
            })
            .await?;
        ensure!(made.status == 201, "creating an upload answered {}", made.status);
        let place = made.headers.get("location").context("a location")?;
        let sent = transport
            .call(Request {
                method: Method::Patch,
                url: format!("{url}{place}"),
                headers: tus(vec![
                    ("content-type", "application/offset+octet-stream".into()),
                    ("upload-offset", "0".into()),
                ]),
                body: jpeg,
            })
            .await?;
        ensure!(sent.status == 204, "an upload answered {}", sent.status);
        Ok(())
    }
}

fn open(folder: &Path) -> anyhow::Result<Arc<Hub>> {
    // the same crowd on PostgreSQL
    let database = std::env::var("PAYUNG_DATABASE").ok().map(|url| url.parse()).transpose()?;
    let settings = Settings { programmes: Some(folder.join("programmes")), database, ..Settings::default() };
    Ok(Hub::open(&folder.join("data"), settings, Context::system())?)
}
