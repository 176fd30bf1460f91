//! A hub in a folder of its own, with a clock that the test turns.

use crate::postgres::Schema;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use ed25519_dalek::{Signature, VerifyingKey};
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use payung_domain::enrolment::*;
use payung_domain::wire::{self, EnrolledResponse, PairResponse, RecordPush, SyncRequest, SyncResponse};
use payung_domain::{Enrolment, Nik, PhotoHash, RecordId, Sex};
use payung_hub::store::device;
use payung_hub::store::village::{self, VillageRow};
use payung_hub::{Context, Hub, HubError, Settings, pairing, router};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;

pub const VILLAGE: &str = "35.22.28.2004";
pub const OTHER_VILLAGE: &str = "35.22.28.2005";

pub struct World {
    pub hub: Arc<Hub>,
    pub folder: tempfile::TempDir,
    /// Goes after the hub.
    pub schema: Option<Schema>,
    clock: Arc<Mutex<Timestamp>>,
    router: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the answer is JSON")
    }
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("the answer is text")
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }
}

pub struct Phone {
    pub token: String,
    pub id: String,
}

/// Three places in each village, so that a test can fill them.
const SMALL: &str = include_str!("small_programme.toml");

impl World {
    pub fn new() -> Self {
        // a decision takes effect at once, for tests that are about something else
        Self::with(Settings { undo_seconds: 0, ..Settings::default() })
    }

    /// With SQLite's file, whatever the others are on: for what is about that file.
    pub fn on_a_file() -> Self {
        Self::on(None, Settings::default())
    }

    pub fn with(settings: Settings) -> Self {
        Self::on(Schema::new(), settings)
    }

    /// How another process would open this world's hub.
    pub fn settings(&self) -> Settings {
        Settings { database: self.schema.as_ref().map(Schema::url), ..Settings::default() }
    }

    fn on(schema: Option<Schema>, settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programmes = folder.path().join("programmes");
        std::fs::create_dir(&programmes).unwrap();
        std::fs::write(programmes.join("small.toml"), SMALL).unwrap();
        std::fs::write(
            programmes.join("total.toml"),
            SMALL.replace("\"small\"", "\"total\"").replace("per_village", "regency_total"),
        )
        .unwrap();
        let listed =
            SMALL.replace("\"small\"", "\"listed\"").replace("per_village", "listed").replace("places = 3", "");
        std::fs::write(programmes.join("listed.toml"), listed).unwrap();
        let wide = SMALL.replace("\"small\"", "\"wide\"").replace("places = 3", "places = 40");
        std::fs::write(programmes.join("wide.toml"), wide).unwrap();
        let clock = Arc::new(Mutex::new("2026-11-21T02:00:00Z".parse::<Timestamp>().unwrap()));
        let told = Arc::clone(&clock);
        let context = Context::new(
            move || *told.lock().unwrap(),
            |bytes| getrandom::fill(bytes).map_err(|_| HubError::NoRandomness),
        );
        let database = schema.as_ref().map(Schema::url);
        let settings = Settings { programmes: Some(programmes), database, ..settings };
        let hub = Hub::open(&folder.path().join("data"), settings, context).unwrap();
        let world = Self { router: router(Arc::clone(&hub)), hub, folder, schema, clock };
        world.serve_village(VILLAGE, "small");
        world.serve_village(OTHER_VILLAGE, "small");
        world
    }

    /// The same world with the hub of another folder.
    pub fn moved_to(self, data: &std::path::Path) -> Self {
        let hub = Hub::open(data, self.hub.settings.clone(), self.hub.context.clone()).unwrap();
        Self { router: router(Arc::clone(&hub)), hub, ..self }
    }

    /// What is left when the hub has ended.
    pub fn into_folder(self) -> tempfile::TempDir {
        self.folder
    }

    pub fn serve_village(&self, code: &str, programme: &str) {
        let row = VillageRow {
            code: code.parse().unwrap(),
            name: format!("Desa {code}"),
            district: "Gayam".into(),
            regency: "Kabupaten Bojonegoro".into(),
            programme: programme.parse().unwrap(),
        };
        self.hub.store.write::<_, HubError>(|t| Ok(payung_hub::store::village::put(t, &row, 0)?)).unwrap();
    }

    /// Gives a phone's photo of so many bytes to the hub, as if it had been uploaded.
    pub fn hold_photo(&self, phone: &Phone, length: usize) -> PhotoHash {
        let bytes = jpeg(length);
        let hash = PhotoHash::of(&bytes);
        self.hub.photos.put(hash, &bytes).unwrap();
        let keep = |t: &payung_hub::store::sql::Transaction| {
            payung_hub::store::photo::add(t, hash, bytes.len() as u64, &phone.id, 0)?;
            payung_hub::examine::renew_with_photo(&self.hub, t, hash)
        };
        self.hub.store.write::<_, HubError>(keep).unwrap();
        hash
    }

    /// A record that nothing speaks against, sent by a phone of the village that is there, with its photo.
    pub fn clean_record(&self, number: u8, village: &str) {
        self.take(number, 1, &clean_enrolment(number, village));
    }

    /// A revision with its photo, from a phone of its village that is there.
    pub fn take(&self, number: u8, revision: u32, enrolment: &Enrolment) {
        let code = enrolment.residence.village;
        let scope = payung_hub::rights::Scope::Village(code);
        let phone = self.hub.store.read::<_, HubError>(|c| Ok(device::list_within(c, scope)?)).unwrap().pop().unwrap();
        let push = push_of(number, revision, enrolment);
        let now = self.now().as_millisecond();
        let take = |t: &payung_hub::store::sql::Transaction| {
            let row = village::get(t, code)?.unwrap();
            payung_hub::intake::take(&self.hub, t, &phone, &row, &push, (now, 0)).map(drop)
        };
        self.hub.store.write::<_, HubError>(take).unwrap();
        self.hold_photo(&Phone { token: String::new(), id: phone.id.clone() }, enrolment.photos[0].bytes as usize);
    }

    /// What somebody does who looks at the samples of a batch, photos included.
    pub fn see_samples(&self, batch: &str, user: &str) {
        let sample = self.hub.store.read::<_, HubError>(|c| Ok(payung_hub::store::batch::sample(c, batch)?)).unwrap();
        for record in sample.into_iter().map(|member| member.record) {
            let see = |t: &payung_hub::store::sql::Transaction| {
                let row = payung_hub::store::record::get(t, record)?.unwrap();
                for photo in payung_hub::store::record::photos_held(t, record, row.revision)? {
                    let (at, actor) = (self.now().as_millisecond(), format!("user:{user}"));
                    payung_hub::store::audit::add(t, at, &actor, "photo.see", &format!("photo:{photo}"))?;
                }
                Ok(())
            };
            self.hub.store.write::<_, HubError>(see).unwrap();
            payung_hub::batch::look(&self.hub, batch, record, user).unwrap();
        }
    }

    /// A verdict that somebody can still take back.
    pub fn hold_verdict(&self, number: u8, user: &str) {
        let now = self.now().as_millisecond();
        let hold = |t: &payung_hub::store::sql::Transaction| {
            let held = payung_hub::store::verdict::Held {
                record: id(number),
                user: user.into(),
                verdict: payung_hub::decision::Verdict::Approve,
                seen: payung_hub::store::record::get(t, id(number))?.unwrap().change_seq,
                opened_at: now,
                decided_at: now,
                due_at: now + 30_000,
            };
            Ok(payung_hub::store::verdict::add(t, &held, None)?)
        };
        self.hub.store.write::<_, HubError>(hold).unwrap();
    }

    pub fn now(&self) -> Timestamp {
        *self.clock.lock().unwrap()
    }

    pub fn pass(&self, time: SignedDuration) {
        *self.clock.lock().unwrap() += time;
    }

    pub async fn call(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes().to_vec() }
    }

    pub async fn post(&self, path: &str, token: Option<&str>, body: impl Into<Body>) -> Answer {
        let mut request = Request::post(path).header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        self.call(request.body(body.into()).unwrap()).await
    }

    pub fn code(&self, village: &str) -> String {
        pairing::make_code(&self.hub, village.parse().unwrap(), "Bu Siti", 24, "command").unwrap()
    }

    pub fn pair_body(&self, code: &str) -> String {
        json!({"version": 1, "nonce": "n", "code": code, "device_name": "Infinix"}).to_string()
    }

    pub async fn pair(&self, village: &str) -> Phone {
        let answer = self.post("/v1/pair", None, self.pair_body(&self.code(village))).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        self.assert_signed("/v1/pair", &answer);
        let response: PairResponse = serde_json::from_slice(&answer.body).unwrap();
        Phone { token: response.token, id: response.device_id }
    }

    pub fn assert_signed(&self, path: &str, answer: &Answer) {
        use base64::Engine as _;
        let mut key = [0; 32];
        hex::decode_to_slice(self.hub.key.public_hex(), &mut key).unwrap();
        let signature =
            base64::engine::general_purpose::STANDARD.decode(answer.header(wire::SIGNATURE_HEADER)).unwrap();
        VerifyingKey::from_bytes(&key)
            .unwrap()
            .verify_strict(&wire::signed_bytes(path, &answer.body), &Signature::from_slice(&signature).unwrap())
            .expect("the hub signed exactly these bytes");
    }

    pub async fn sync(&self, phone: &Phone, request: &SyncRequest) -> SyncResponse {
        let answer = self.post("/v1/sync", Some(&phone.token), serde_json::to_string(request).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        self.assert_signed("/v1/sync", &answer);
        serde_json::from_slice(&answer.body).unwrap()
    }

    pub async fn enrolled(&self, phone: &Phone) -> EnrolledResponse {
        let body = json!({"version": 1, "nonce": "a nonce"}).to_string();
        let answer = self.post("/v1/enrolled", Some(&phone.token), body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        self.assert_signed("/v1/enrolled", &answer);
        serde_json::from_slice(&answer.body).unwrap()
    }

    pub async fn push(&self, phone: &Phone, records: Vec<RecordPush>) -> SyncResponse {
        self.sync(phone, &request(records)).await
    }
}

pub fn request(records: Vec<RecordPush>) -> SyncRequest {
    SyncRequest {
        version: wire::VERSION,
        nonce: "a nonce".into(),
        device_time: "2019-01-01T00:00:00Z".parse().unwrap(),
        cursor: None,
        records,
        awaiting: Vec::new(),
        village: None,
        lease: None,
        takes_batch_receipt: false,
        phone_key: None,
    }
}

pub fn id(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

/// A JPEG for whoever looks at the first bytes only.
pub fn jpeg(length: usize) -> Vec<u8> {
    let mut bytes = vec![0x55; length];
    bytes[..4].copy_from_slice(&[0xff, 0xd8, 0xff, 0xe0]);
    bytes
}

pub fn enrolment(number: u8) -> Enrolment {
    let photo = jpeg(2000 + usize::from(number));
    Enrolment {
        programme: "small".parse().unwrap(),
        identity: Identity {
            nik: Nik::parse(&format!("990101520584{:04}", 9000 + u16::from(number))).unwrap(),
            name: format!("CONTOH {number}"),
            birth_place: "BOJONEGORO".into(),
            birth_date: "1984-05-12".parse().unwrap(),
            sex: Sex::Female,
            address: "DUSUN CONTOH".into(),
        },
        contact: Contact { phone: None },
        residence: Residence { village: VILLAGE.parse().unwrap(), rt: 1, rw: 2 },
        work: Work {
            occupation: Some(payung_domain::programme::OccupationId("buruh_tani".into())),
            role: None,
            place: "Sawah".into(),
        },
        heir: Heir { name: "CONTOH WARIS".into(), relation: Relation::Spouse, phone: None },
        source: None,
        consent: Consent {
            notice_version: "2026-11".into(),
            manner: ConsentManner::Spoken,
            given_at: "2026-11-20T00:00:00Z".parse().unwrap(),
        },
        photos: vec![Photo {
            kind: PhotoKind::Ktp,
            sha256: PhotoHash::of(&photo),
            bytes: photo.len() as u64,
            faults: Vec::new(),
        }],
        photo_reason: None,
        position: None,
        warning_reason: None,
        worker_key: None,
    }
}

/// Nothing speaks against it: the NIK fits, with the serial that is never given. Numbers up to 28 differ.
pub fn clean_enrolment(number: u8, village: &str) -> Enrolment {
    let mut clean = enrolment(number);
    clean.identity.nik = Nik::parse(&format!("352228{:02}05849999", 40 + number)).unwrap();
    clean.identity.birth_date = format!("1984-05-{number:02}").parse().unwrap();
    clean.residence.village = village.parse().unwrap();
    clean
}

pub fn push_of(number: u8, revision: u32, enrolment: &Enrolment) -> RecordPush {
    push_text(number, revision, serde_json::to_string(enrolment).unwrap())
}

pub fn push_text(number: u8, revision: u32, text: String) -> RecordPush {
    RecordPush {
        id: id(number),
        revision,
        saved_at: "2026-11-20T00:00:00Z".parse().unwrap(),
        sequence: None,
        place: None,
        enrolment: RawValue::from_string(text).unwrap(),
    }
}

pub fn push(number: u8) -> RecordPush {
    push_of(number, 1, &enrolment(number))
}
