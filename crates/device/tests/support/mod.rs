//! A phone with its own time, chance and network, and a small hub that keeps the contract of `payung_domain::wire`.
//! The real hub meets the real phone in the repository's `tests/`.
#![allow(dead_code)]

pub mod office;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use payung_device::*;
use payung_domain::card::{Card, CardNumber};
use payung_domain::enrolled::EnrolledFilter;
use payung_domain::enrolment::PhotoKind;
use payung_domain::ids::ContentHash;
use payung_domain::region::Regions;
use payung_domain::slip::Certificate;
use payung_domain::wire::*;
use payung_domain::worker::{EndedRequest, EndedResponse};
use payung_domain::{Enrolment, Field, PhotoHash, Programme, RecordId};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

pub const PIN: &str = "246810";
pub const TODAY: Date = date(2026, 11, 21);
pub static REGIONS: LazyLock<Arc<Regions>> =
    LazyLock::new(|| Arc::new(Regions::load(include_bytes!("../../../../assets/regions/regions.bin")).unwrap()));

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

/// What the network does to the next calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weather {
    Fine,
    /// Nothing gets through.
    NoSignal,
    /// The hub gets it, the phone does not hear the answer.
    AnswersLost,
    /// A Wi-Fi answers every call with its own page.
    LoginPage,
    /// Another hub answers, properly signed with its own key.
    WrongHub,
    /// Its receipt is for other records than it was sent.
    ReceiptsOthers,
    /// The hub has forgotten the phone.
    TokenForgotten,
    /// A proxy stands before a dead hub.
    BadGateway,
    /// A reverse proxy takes no body of more bytes.
    SmallDoor(usize),
    /// A proxy passes on whole pieces only, and the link breaks off before one of more bytes is whole.
    ShortBreath(usize),
    /// So many PATCHes get through, then the signal is gone.
    PatchesLeft(u32),
}

#[derive(Default)]
pub struct HubState {
    pub records: BTreeMap<RecordId, (u32, String)>,
    pub photos: BTreeMap<PhotoHash, Vec<u8>>,
    pub uploads: BTreeMap<String, (PhotoHash, usize, Vec<u8>)>,
    pub changes: Vec<Change>,
    pub refuse: BTreeMap<RecordId, RefusalReason>,
    /// Records of which the hub answers only that it holds this later revision, as after a phone's old backup.
    pub ahead: BTreeMap<RecordId, u32>,
    pub restored_at: Option<Timestamp>,
    /// Records as they arrived, with repetitions.
    pub pushes: Vec<(RecordId, u32)>,
    /// Once it holds a photo it answers no sync.
    pub mute_after_photos: bool,
    /// Uploads that the hub says it has and knows nothing of.
    pub phantoms: Vec<String>,
    /// What the phone is lent; nothing from a hub that lends no places.
    pub lease: Option<Lease>,
    /// What phones said of their places and saves.
    pub asked: Vec<LeaseAsk>,
    pub promised: BTreeMap<RecordId, (Option<u64>, Option<u32>)>,
    /// By the hub's clock.
    pub hours_passed: i64,
    /// NIKs of the regency; nothing from a hub that has no filter.
    pub enrolled: Option<Vec<String>>,
    /// The village enrols for the programme that follows.
    pub years_on: u8,
    /// Whom the lists name; an older hub has none.
    pub candidates: Option<Vec<Candidate>>,
    pub candidates_told: u32,
    /// What phones told of visits; a hub from before that reads none.
    pub outcomes: Vec<VisitOutcome>,
    pub reads_outcomes: bool,
    /// The end of the certificates that it gives; an older hub gives none.
    pub certifies_until: Option<Date>,
    /// Syncs that asked for a certificate.
    pub certificates_asked: u32,
    /// Cards that were ended, oldest first; an older hub has no such list.
    pub ended: Option<Vec<CardNumber>>,
    /// So many askings for them are answered, then the hub is busy.
    pub ended_left: Option<u32>,
    /// Where each asking for them began.
    pub ended_asked: Vec<u64>,
    pub patch_bytes: usize,
    /// Bodies of sync requests, as they went over the wire.
    pub sync_bytes: usize,
    /// Reports as they arrived, with repetitions, and the names of the headers that came with them.
    pub reports: Vec<(payung_domain::irregularity::Irregularity, Vec<&'static str>)>,
}

pub struct TestHub {
    pub weather: Mutex<Weather>,
    pub state: Mutex<HubState>,
    key: SigningKey,
}

impl TestHub {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            weather: Mutex::new(Weather::Fine),
            state: Mutex::default(),
            key: SigningKey::from_bytes(&[7; 32]),
        })
    }

    pub fn set(&self, weather: Weather) {
        *self.weather.lock().unwrap() = weather;
    }

    pub fn state(&self) -> MutexGuard<'_, HubState> {
        self.state.lock().unwrap()
    }

    /// What another phone brings back: the hub's answer to a parcel of this phone, as a file.
    pub fn answer_file(&self, receipts: Vec<Receipt>) -> Vec<u8> {
        let parcel = ContentHash::of("a parcel");
        let answer = payung_domain::parcel::ParcelResponse {
            version: VERSION,
            parcel,
            device_id: "1".into(),
            receipts,
            refusals: Vec::new(),
        };
        let signed = self.signed("/v1/parcels", &answer, &self.key);
        let body = String::from_utf8(signed.body).unwrap();
        let answers = serde_json::json!([{ "body": body, "signature": signed.headers[SIGNATURE_HEADER] }]);
        let mut file = flate2::write::GzEncoder::new(b"PAYUNG KUITANSI 1\n".to_vec(), flate2::Compression::fast());
        std::io::Write::write_all(&mut file, answers.to_string().as_bytes()).unwrap();
        file.finish().unwrap()
    }

    /// The office decides.
    pub fn decide(&self, id: RecordId, revision: u32, state: payung_domain::State) {
        self.state().changes.push(Change {
            id,
            revision,
            state,
            at: "2026-11-21T08:00:00Z".parse().unwrap(),
            card: None,
        });
    }

    /// BPJS covers somebody, and the hub signs the card; `number` is the card's and the person's.
    pub fn cover(&self, id: RecordId, number: u8) -> Card {
        self.cover_person(id, u32::from(number))
    }

    /// The same among many.
    pub fn cover_person(&self, id: RecordId, number: u32) -> Card {
        let card = Card {
            number: CardNumber::from_bytes(u64::from(number).to_be_bytes()),
            issuer: "Disnaker".into(),
            name: format!("Contoh Warga {number}"),
            masked_nik: format!("990101••••••{number:04}"),
            kpj: format!("990000{number:05}"),
            programme: "Contoh".into(),
            covers: vec!["JKK".into(), "JKM".into()],
            from: date(2026, 11, 21),
            until: date(2027, 11, 20),
            issued_at: "2026-11-21T08:00:00Z".parse().unwrap(),
        };
        let key = self.key.verifying_key().to_bytes();
        let text = card.sealed(&key, |bytes| self.key.sign(bytes).to_bytes()).unwrap();
        self.tell_card(id, text, (card.from, card.until));
        card
    }

    /// Says of a record that it is covered, with whatever stands for a card.
    pub fn tell_card(&self, id: RecordId, card: String, (from, until): (Date, Date)) {
        self.state().changes.push(Change {
            id,
            revision: 1,
            state: payung_domain::State::Active { from, until },
            at: "2026-11-21T08:00:00Z".parse().unwrap(),
            card: Some(card),
        });
    }

    fn village(years_on: u8) -> Village {
        let programme = include_str!("../../../../assets/programmes/demo.toml");
        let year = |id: &str, name: &str| {
            let named = programme.replacen("id = \"demo\"", &format!("id = \"{id}\""), 1);
            named.replacen("Program percobaan", name, 1)
        };
        let programme = match years_on {
            0 => programme.to_owned(),
            1 => year("demo_next", "Program tahun depan"),
            _ => year("demo_third", "Program tahun ketiga"),
        };
        Village {
            code: "35.22.28.2004".parse().unwrap(),
            name: "Mojodelik".into(),
            district: "Gayam".into(),
            regency: "Kabupaten Bojonegoro".into(),
            programme: Programme::from_toml(&programme).unwrap(),
            places: Places { quota: Some(5), taken: 1, kept: 0, waiting: 0 },
        }
    }

    /// As the hub makes it; nothing while it is an older one.
    fn certificate(&self, phone_key: Option<String>) -> Option<String> {
        let phone_key = phone_key.filter(|_| self.state().certifies_until.is_some())?;
        let certificate = Certificate {
            phone_key: hex::decode(phone_key).unwrap().try_into().unwrap(),
            phone: Certificate::name_of("1"),
            kader: "Bu Siti".into(),
            village: Self::village(0).name,
            office: "Disnaker".into(),
            until: self.state().certifies_until?,
        };
        let public = self.key.verifying_key().to_bytes();
        Some(STANDARD.encode(certificate.sealed(&public, |bytes| self.key.sign(bytes).to_bytes()).unwrap()))
    }

    fn signed(&self, path: &str, answer: &impl serde::Serialize, key: &SigningKey) -> Response {
        let body = serde_json::to_vec(answer).unwrap();
        let signature = STANDARD.encode(key.sign(&signed_bytes(path, &body)).to_bytes());
        Response { status: 200, headers: BTreeMap::from([(SIGNATURE_HEADER.into(), signature)]), body }
    }

    fn answer(&self, request: &Request) -> Response {
        let path = request.url.strip_prefix("https://hub.test").unwrap().to_owned();
        let weather = *self.weather.lock().unwrap();
        let plain = |status, body: &str| Response { status, headers: BTreeMap::new(), body: body.into() };
        match weather {
            Weather::LoginPage => return plain(200, "<html>Selamat datang di Wi-Fi Warung</html>"),
            Weather::BadGateway => return plain(502, "<html>bad gateway</html>"),
            Weather::TokenForgotten => {
                return plain(401, r#"{"error":"token_unknown","message":"no such phone"}"#);
            }
            _ => {}
        }
        if matches!(weather, Weather::SmallDoor(most) if request.body.len() > most) {
            return plain(413, "<html>413 Request Entity Too Large</html>");
        }
        let wrong = SigningKey::from_bytes(&[8; 32]);
        let key = if weather == Weather::WrongHub { &wrong } else { &self.key };
        match (request.method, path.as_str()) {
            (Method::Post, "/v1/pair") => {
                let asked: PairRequest = serde_json::from_slice(&request.body).unwrap();
                if asked.code != "ABCD-EFGH" {
                    return plain(404, r#"{"error":"pairing_code_unknown","message":""}"#);
                }
                let answer = PairResponse {
                    version: VERSION,
                    nonce: asked.nonce,
                    device_id: "1".into(),
                    token: "secret-token".into(),
                    hub_name: "Disnaker".into(),
                    hub_key: hex::encode(key.verifying_key().as_bytes()),
                    kader_name: "Bu Siti".into(),
                    certificate: self.certificate(asked.phone_key),
                    village: Self::village(self.state().years_on),
                };
                self.signed(&path, &answer, key)
            }
            (Method::Post, "/v1/sync") => self.signed(&path, &self.sync(request), key),
            (Method::Post, "/v1/photos") => self.create(request),
            (Method::Post, "/v1/enrolled") => {
                let asked: EnrolledRequest = serde_json::from_slice(&request.body).unwrap();
                let niks = self.state().enrolled.clone();
                let Some(niks) = niks else { return plain(404, r#"{"error":"not_found","message":""}"#) };
                let filter = EnrolledFilter::of([3; 32], niks.iter().map(String::as_str));
                let made_at = "2026-11-21T07:00:00Z".parse().unwrap();
                let answer = EnrolledResponse { version: VERSION, nonce: asked.nonce, made_at, filter };
                self.signed(&path, &answer, key)
            }
            (Method::Post, "/v1/candidates") => {
                let asked: CandidatesRequest = serde_json::from_slice(&request.body).unwrap();
                let mut candidates = self.state().candidates.clone();
                let has_outcomes = self.state().reads_outcomes && !asked.outcomes.is_empty();
                if has_outcomes {
                    for told in &asked.outcomes {
                        for one in candidates.iter_mut().flatten().filter(|one| one.nik == told.nik) {
                            one.outcome = told.outcome;
                        }
                    }
                    let mut state = self.state();
                    state.candidates.clone_from(&candidates);
                    state.outcomes.extend(asked.outcomes);
                }
                let Some(candidates) = candidates else { return plain(404, r#"{"error":"not_found","message":""}"#) };
                let digest = ContentHash::of(serde_json::to_string(&candidates).unwrap());
                let candidates = (asked.known != Some(digest)).then_some(candidates);
                self.state().candidates_told += u32::from(candidates.is_some());
                let (version, nonce) = (VERSION, asked.nonce);
                self.signed(
                    &path,
                    &CandidatesResponse { version, nonce, digest, candidates, more: false, has_outcomes },
                    key,
                )
            }
            (Method::Post, "/v1/ended") => {
                let asked: EndedRequest = serde_json::from_slice(&request.body).unwrap();
                assert!(
                    !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")),
                    "anybody may ask"
                );
                let mut state = self.state();
                state.ended_asked.push(asked.after);
                if state.ended_left == Some(0) {
                    return plain(429, r#"{"error":"too_many","message":""}"#);
                }
                state.ended_left = state.ended_left.map(|left| left - 1);
                let Some(ended) = &state.ended else { return plain(404, r#"{"error":"not_found","message":""}"#) };
                // three at a time, so that a test needs few
                let numbers: Vec<_> = ended.iter().skip(asked.after as usize).take(3).copied().collect();
                let upto = asked.after + numbers.len() as u64;
                let answer = EndedResponse {
                    version: VERSION,
                    nonce: asked.nonce,
                    as_of: "2026-11-21T08:30:00Z".parse().unwrap(),
                    upto,
                    more: upto < ended.len() as u64,
                    numbers,
                };
                self.signed(&path, &answer, key)
            }
            (Method::Post, "/v1/office") => {
                use payung_domain::irregularity::{OfficeRequest, OfficeResponse};
                let asked: OfficeRequest = serde_json::from_slice(&request.body).unwrap();
                let hub_key = hex::encode(key.verifying_key().as_bytes());
                let answer = OfficeResponse { version: 1, nonce: asked.nonce, hub_name: "Disnaker".into(), hub_key };
                self.signed(&path, &answer, key)
            }
            (Method::Post, "/v1/irregularities") => {
                use payung_domain::irregularity::{Irregularity, IrregularityResponse};
                let secret = crypto_box::SecretKey::from(key.to_scalar_bytes());
                let Ok(plain_text) = secret.unseal(&request.body) else {
                    return plain(400, r#"{"error":"bad_request","message":""}"#);
                };
                let report = Irregularity::from_padded(&plain_text).unwrap();
                let headers = request.headers.iter().map(|(name, _)| *name).collect();
                self.state().reports.push((report, headers));
                let sealed = ContentHash::of(&request.body);
                self.signed(&path, &IrregularityResponse { version: 1, sealed }, key)
            }
            (Method::Head, "/healthz") => plain(200, ""),
            (Method::Head, url) => match self.state().uploads.get(url) {
                Some((_, _, bytes)) => Response {
                    headers: BTreeMap::from([("upload-offset".into(), bytes.len().to_string())]),
                    ..plain(200, "")
                },
                None => plain(404, r#"{"error":"not_found","message":""}"#),
            },
            (Method::Patch, url) => self.patch(url, request),
            other => panic!("the hub knows no {other:?}"),
        }
    }

    fn sync(&self, request: &Request) -> SyncResponse {
        let asked: SyncRequest = serde_json::from_slice(&unzipped(request)).unwrap();
        let certificate = self.certificate(asked.phone_key.clone());
        let mut state = self.state();
        state.certificates_asked += u32::from(asked.phone_key.is_some());
        state.sync_bytes += request.body.len();
        state.asked.extend(asked.lease);
        let mut refusals = Vec::new();
        let mut newer = Vec::new();
        let mut told: Vec<RecordId> = asked.awaiting.clone();
        for record in asked.records {
            state.pushes.push((record.id, record.revision));
            state.promised.insert(record.id, (record.sequence, record.place));
            if let Some(reason) = state.refuse.get(&record.id) {
                refusals.push(Refusal { id: record.id, revision: record.revision, reason: reason.clone() });
                continue;
            }
            if let Some((held, json)) = state.records.get(&record.id).filter(|(held, _)| *held > record.revision) {
                let enrolment = serde_json::value::RawValue::from_string(json.clone()).unwrap();
                newer.push(RecordPush { revision: *held, enrolment, ..record });
                told.push(record.id);
                continue;
            }
            let other = state.records.get(&record.id);
            if let Some((held, json)) =
                other.filter(|(held, json)| *held == record.revision && json != record.enrolment.get())
            {
                let enrolment = serde_json::value::RawValue::from_string(json.clone()).unwrap();
                refusals.push(Refusal { id: record.id, revision: *held, reason: RefusalReason::Conflict });
                newer.push(RecordPush { revision: *held, enrolment, ..record });
                continue;
            }
            let revision = state.ahead.get(&record.id).copied().unwrap_or(record.revision);
            state.records.insert(record.id, (revision, record.enrolment.get().to_owned()));
            told.push(record.id);
        }
        let receipts = told.iter().filter_map(|id| {
            let (revision, json) = state.records.get(id)?;
            let photos = serde_json::from_str::<Enrolment>(json).map_or(Vec::new(), |enrolment| enrolment.photos);
            let held = photos.iter().map(|p| p.sha256).filter(|sha| state.photos.contains_key(sha));
            Some(Receipt {
                id: *id,
                revision: *revision,
                content: ContentHash::of(json),
                photos_held: held.collect(),
                received_at: "2026-11-21T07:00:00Z".parse().unwrap(),
                place: state.promised.get(id).and_then(|(_, place)| *place),
            })
        });
        let is_known = |id: &RecordId| asked.awaiting.contains(id) || newer.iter().any(|push| push.id == *id);
        let is_new = |receipt: &Receipt| receipt.photos_held.is_empty() && !is_known(&receipt.id);
        let (short, receipts): (Vec<_>, Vec<_>) =
            receipts.partition(|receipt| asked.takes_batch_receipt && is_new(receipt) && state.ahead.is_empty());
        let mut batch = BatchReceipt::for_all(&short);
        if let Some(batch) = batch.as_mut().filter(|_| *self.weather.lock().unwrap() == Weather::ReceiptsOthers) {
            batch.records = ContentHash::of("other records");
        }
        let village = Self::village(state.years_on);
        let from = usize::try_from(asked.cursor.unwrap_or(0)).unwrap();
        SyncResponse {
            version: VERSION,
            nonce: asked.nonce,
            hub_time: "2026-11-21T07:00:00Z".parse::<Timestamp>().unwrap() + state.hours_passed * 1.hour(),
            receipts,
            batch,
            refusals,
            newer,
            changes: state.changes[from..].to_vec(),
            cursor: state.changes.len() as u64,
            more: false,
            places: Some(village.places),
            village: (asked.village != Some(village.digest())).then_some(village),
            lease: state.lease.clone(),
            restored_at: state.restored_at,
            certificate,
        }
    }

    fn create(&self, request: &Request) -> Response {
        let header = |name| request.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone()).unwrap();
        let length: usize = header("upload-length").parse().unwrap();
        let hex = STANDARD.decode(header("upload-metadata").strip_prefix("sha256 ").unwrap()).unwrap();
        let sha256: PhotoHash = String::from_utf8(hex).unwrap().parse().unwrap();
        let mut state = self.state();
        let url = format!("/v1/photos/{}", state.uploads.len());
        let bytes = state.photos.get(&sha256).cloned().unwrap_or_default();
        let headers =
            BTreeMap::from([("location".into(), url.clone()), ("upload-offset".into(), bytes.len().to_string())]);
        state.uploads.insert(format!("https://hub.test{url}").replace("https://hub.test", ""), (sha256, length, bytes));
        Response { status: 201, headers, body: Vec::new() }
    }

    fn patch(&self, url: &str, request: &Request) -> Response {
        let mut guard = self.state();
        let state = &mut *guard;
        if state.phantoms.iter().any(|phantom| phantom == url) {
            return Response {
                status: 404,
                headers: BTreeMap::new(),
                body: br#"{"error":"not_found","message":""}"#.to_vec(),
            };
        }
        state.patch_bytes += request.body.len();
        let (sha256, length, bytes) = state.uploads.get_mut(url).unwrap();
        bytes.extend_from_slice(&request.body);
        if bytes.len() == *length {
            assert_eq!(PhotoHash::of(bytes), *sha256, "the photo arrives as it was taken");
            state.photos.insert(*sha256, bytes.clone());
        }
        let offset = bytes.len().to_string();
        Response { status: 204, headers: BTreeMap::from([("upload-offset".into(), offset)]), body: Vec::new() }
    }
}

/// The message as it was before the phone zipped it.
fn unzipped(request: &Request) -> Vec<u8> {
    if !request.headers.contains(&("content-encoding", "gzip".into())) {
        return request.body.clone();
    }
    let mut body = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&request.body[..]), &mut body).unwrap();
    body
}

impl Transport for TestHub {
    fn call(&self, request: Request) -> payung_device::Call<'_> {
        Box::pin(async move {
            let weather = *self.weather.lock().unwrap();
            match weather {
                Weather::NoSignal => return Err(TransportError::NoConnection),
                Weather::ShortBreath(most) if request.body.len() > most => return Err(TransportError::Interrupted),
                Weather::PatchesLeft(0) => return Err(TransportError::Interrupted),
                Weather::PatchesLeft(left) if request.method == Method::Patch => {
                    self.set(Weather::PatchesLeft(left - 1))
                }
                _ => {}
            }
            let is_mute = {
                let state = self.state();
                state.mute_after_photos && !state.photos.is_empty()
            };
            if is_mute && request.url.ends_with("/v1/sync") {
                return Err(TransportError::Interrupted);
            }
            let answer = self.answer(&request);
            if weather == Weather::AnswersLost { Err(TransportError::Interrupted) } else { Ok(answer) }
        })
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
