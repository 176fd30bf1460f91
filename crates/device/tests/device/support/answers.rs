//! What the small hub answers.

use super::hub::{TestHub, Weather};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use jiff::{Timestamp, ToSpan as _};
use payung_device::{Method, Request, Response};
use payung_domain::enrolled::EnrolledFilter;
use payung_domain::ids::ContentHash;
use payung_domain::irregularity::{Irregularity, IrregularityResponse, OfficeRequest, OfficeResponse};
use payung_domain::wire::*;
use payung_domain::worker::{EndedRequest, EndedResponse};
use payung_domain::{Enrolment, PhotoHash, RecordId};
use std::collections::BTreeMap;

impl TestHub {
    pub(super) fn answer(&self, request: &Request) -> Response {
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
                let asked: OfficeRequest = serde_json::from_slice(&request.body).unwrap();
                let hub_key = hex::encode(key.verifying_key().as_bytes());
                let answer = OfficeResponse { version: 1, nonce: asked.nonce, hub_name: "Disnaker".into(), hub_key };
                self.signed(&path, &answer, key)
            }
            (Method::Post, "/v1/irregularities") => {
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
