//! A small hub that keeps the contract of `payung_domain::wire`, and the network before it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use payung_device::*;
use payung_domain::card::{Card, CardNumber};
use payung_domain::ids::ContentHash;
use payung_domain::slip::Certificate;
use payung_domain::wire::*;
use payung_domain::{PhotoHash, Programme, RecordId};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

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
    pub(super) key: SigningKey,
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

    pub(super) fn village(years_on: u8) -> Village {
        let programme = include_str!("../../../../../assets/programmes/demo.toml");
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
    pub(super) fn certificate(&self, phone_key: Option<String>) -> Option<String> {
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

    pub(super) fn signed(&self, path: &str, answer: &impl serde::Serialize, key: &SigningKey) -> Response {
        let body = serde_json::to_vec(answer).unwrap();
        let signature = STANDARD.encode(key.sign(&signed_bytes(path, &body)).to_bytes());
        Response { status: 200, headers: BTreeMap::from([(SIGNATURE_HEADER.into(), signature)]), body }
    }
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
