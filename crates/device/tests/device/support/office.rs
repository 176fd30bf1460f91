//! A hub that answers a worker's own phone as the real one does, and knows one record.

use super::{REGIONS, TestClock};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use payung_device::*;
use payung_domain::State;
use payung_domain::card::{Card, CardNumber};
use payung_domain::irregularity::{OfficeRequest, OfficeResponse};
use payung_domain::wire::{ErrorBody, ErrorCode, SIGNATURE_HEADER, signed_bytes};
use payung_domain::worker::{CardAccess, CardRequest, CardResponse, EndedRequest, EndedResponse, WorkerStep};
use payung_domain::worker_key::WorkerKey;
use std::sync::{Arc, Mutex};

const UNTIL: Date = date(2027, 10, 31);

pub struct Office {
    key: SigningKey,
    pub says: Mutex<Says>,
    /// Whoever holds it keeps all calls waiting, as a link does that swallows packets.
    pub gate: tokio::sync::Mutex<()>,
}

#[derive(Clone, Default)]
pub struct Says {
    pub has_signal: bool,
    pub knows: bool,
    pub is_active: bool,
    pub ended: Vec<CardNumber>,
    /// As its answer about the card has it, whatever the list says.
    pub is_ended: bool,
    pub heir: String,
    pub as_of: Timestamp,
    pub calls: u32,
    /// Calls that were begun, whether they came through or not.
    pub tried: u32,
    /// The signal is gone after so many calls.
    pub calls_left: Option<u32>,
}

impl Office {
    pub fn new(seed: u8) -> Arc<Self> {
        let as_of = "2026-11-20T00:00:00Z".parse().unwrap();
        let says = Says { has_signal: true, knows: true, heir: "CONTOH".into(), as_of, ..Says::default() };
        Arc::new(Self {
            key: SigningKey::from_bytes(&[seed; 32]),
            says: Mutex::new(says),
            gate: tokio::sync::Mutex::new(()),
        })
    }

    pub fn set(&self, change: impl FnOnce(&mut Says)) {
        change(&mut self.says.lock().unwrap());
    }

    pub fn public(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    pub fn card(&self) -> String {
        let card = Card {
            number: CardNumber::from_bytes([7; 8]),
            issuer: "Disnaker Contoh".into(),
            name: "CONTOH SITI".into(),
            masked_nik: "990101••••••9999".into(),
            kpj: "99000000001".into(),
            programme: "Program Contoh".into(),
            covers: vec!["JKK".into(), "JKM".into()],
            from: date(2026, 11, 1),
            until: UNTIL,
            issued_at: "2026-11-01T00:00:00Z".parse().unwrap(),
        };
        card.sealed(&self.public(), |bytes| self.key.sign(bytes).to_bytes()).unwrap()
    }

    fn answer(&self, request: &Request) -> Response {
        let says = {
            let mut says = self.says.lock().unwrap();
            says.calls += 1;
            says.clone()
        };
        let path = request.url.rsplit_once("/v1/").map(|(_, name)| format!("/v1/{name}")).unwrap();
        let body = match path.as_str() {
            "/v1/card" => {
                let CardRequest { nonce, by, .. } = serde_json::from_slice(&request.body).unwrap();
                let is_right = match by {
                    CardAccess::Key { key } => key == opener(),
                    CardAccess::Number { number, heir } => number == opener().hash().number() && heir == says.heir,
                };
                if !says.knows || !is_right {
                    let error = ErrorBody { error: ErrorCode::NotFound, message: String::new() };
                    return Response {
                        status: 404,
                        headers: Default::default(),
                        body: serde_json::to_vec(&error).unwrap(),
                    };
                }
                let at = says.as_of;
                let mut steps = vec![WorkerStep { state: State::Received, at }];
                if says.is_active {
                    steps.push(WorkerStep { state: State::Active { from: date(2026, 11, 1), until: UNTIL }, at });
                }
                let response = CardResponse {
                    version: 1,
                    nonce,
                    hub_name: "Disnaker Contoh".into(),
                    hub_key: hex::encode(self.public()),
                    as_of: at,
                    name: "CONTOH SITI".into(),
                    masked_nik: "990101••••••9999".into(),
                    programme: "Program Contoh".into(),
                    village: "Mojodelik".into(),
                    district: "Gayam".into(),
                    steps,
                    card: says.is_active.then(|| self.card()),
                    is_ended: says.is_ended,
                };
                serde_json::to_vec(&response).unwrap()
            }
            "/v1/office" => {
                let OfficeRequest { nonce, .. } = serde_json::from_slice(&request.body).unwrap();
                let (hub_name, hub_key) = ("Disnaker Contoh".into(), hex::encode(self.public()));
                serde_json::to_vec(&OfficeResponse { version: 1, nonce, hub_name, hub_key }).unwrap()
            }
            "/v1/ended" => {
                let EndedRequest { nonce, after, .. } = serde_json::from_slice(&request.body).unwrap();
                let at = usize::try_from(after).unwrap();
                // one at a time, so that the phone must ask again
                let numbers: Vec<_> = says.ended.iter().skip(at).take(1).copied().collect();
                let upto = at + numbers.len();
                let (as_of, more) = (says.as_of, upto < says.ended.len());
                let answer = EndedResponse { version: 1, nonce, as_of, upto: upto as u64, more, numbers };
                serde_json::to_vec(&answer).unwrap()
            }
            other => panic!("{other}"),
        };
        let signature = STANDARD.encode(self.key.sign(&signed_bytes(&path, &body)).to_bytes());
        Response { status: 200, headers: [(SIGNATURE_HEADER.to_owned(), signature)].into(), body }
    }
}

/// The hubs by the first letter of their hosts.
struct Link(Vec<(char, Arc<Office>)>);

impl Transport for Link {
    fn call(&self, request: Request) -> Call<'_> {
        let host = request.url.trim_start_matches("https://").chars().next().unwrap();
        let office = &self.0.iter().find(|(first, _)| *first == host).unwrap().1;
        office.set(|says| says.tried += 1);
        Box::pin(async move {
            drop(office.gate.lock().await);
            let has_signal = {
                let mut says = office.says.lock().unwrap();
                let left = says.calls_left;
                says.calls_left = left.map(|left| left.saturating_sub(1));
                says.has_signal && left != Some(0)
            };
            if has_signal { Ok(office.answer(&request)) } else { Err(TransportError::NoConnection) }
        })
    }
}

pub fn opener() -> WorkerKey {
    WorkerKey::from_bytes([3; 16])
}

pub fn wallet(folder: &std::path::Path, office: &Arc<Office>) -> (Wallet, Arc<TestClock>) {
    wallet_of(folder, vec![('h', Arc::clone(office))])
}

pub fn wallet_of(folder: &std::path::Path, hubs: Vec<(char, Arc<Office>)>) -> (Wallet, Arc<TestClock>) {
    let clock = Arc::new(TestClock(Mutex::new("2026-11-21T02:00:00Z".parse().unwrap())));
    let env = Env {
        clock: clock.clone(),
        entropy: Arc::new(SystemEntropy),
        transport: Arc::new(Link(hubs)),
        regions: REGIONS.clone(),
        key_cost: KeyCost { memory_kib: 8, passes: 1 },
    };
    (Wallet::new(folder, env), clock)
}

pub fn scanned(hub_key: [u8; 32]) -> ScannedReceipt {
    ScannedReceipt {
        key: opener(),
        hub_url: "https://hub.example".into(),
        hub_key,
        says: ReceiptSays {
            name: "CONTOH SITI".into(),
            programme: "Program Contoh".into(),
            village: "Mojodelik".into(),
            kader: "Bu Siti".into(),
            office: "Disnaker Contoh".into(),
            saved_at: "2026-11-19T00:00:00Z".parse().unwrap(),
        },
    }
}
