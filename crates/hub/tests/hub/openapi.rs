//! The description against what is served: every route, every method, and real messages against the schemas.

use crate::world::{VILLAGE, World, enrolment, id, push, push_of, push_text, request};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use payung_domain::state::{Comment, EndReason, RejectReason, State};
use payung_domain::wire::{Candidate, ErrorBody, ErrorCode, LeaseAsk, Outcome, Refusal, RefusalReason, SyncRequest};
use payung_domain::{Field, Nik};
use payung_hub::decision::{Verdict, decide};
use payung_hub::store::record;
use payung_hub::{HubError, Settings};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ROUTES: &str = include_str!("../../src/routes/mod.rs");
const METHODS: [&str; 7] = ["get", "head", "post", "put", "patch", "delete", "options"];

fn description() -> Value {
    serde_json::from_str(include_str!("../../openapi.json")).unwrap()
}

/// Closes every object: a field that serde writes and nobody described is a mistake here.
fn close(schema: &mut Value) {
    if let Some(map) = schema.as_object_mut() {
        if map.contains_key("properties") && map.get("type") == Some(&json!("object")) {
            map.insert("additionalProperties".into(), json!(false));
        }
        map.values_mut().for_each(close);
    } else if let Some(list) = schema.as_array_mut() {
        list.iter_mut().for_each(close);
    }
}

#[track_caller]
fn assert_described(name: &str, message: &Value) {
    let mut components = description()["components"].clone();
    close(&mut components["schemas"]);
    let schema = json!({"$ref": format!("#/components/schemas/{name}"), "components": components});
    let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(message).map(|error| format!("{}: {error}", error.instance_path)).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

#[test]
fn the_description_takes_a_nik_where_the_hub_takes_it() {
    let schema = &description()["components"]["schemas"]["Nik"];
    let validator = jsonschema::draft202012::new(schema).unwrap();
    let dates = (0..100).flat_map(|day| (0..14).map(move |month| (day, month)));
    let dated =
        dates.flat_map(|(day, month)| (0..100).map(move |year| format!("990101{day:02}{month:02}{year:02}9999")));
    let others = ["0000", "0001", "0010", "0100", "1000", "999", "99999", "999x", " 9999"];
    for nik in dated.chain(others.map(|serial| format!("990101010190{serial}"))) {
        let is_taken = Nik::parse(&nik).is_ok_and(|taken| taken.digits() == nik);
        assert_eq!(validator.is_valid(&json!(nik)), is_taken, "{nik}");
    }
}

#[test]
fn the_paths_that_are_described_are_those_that_are_served() {
    let described: BTreeSet<String> =
        description()["paths"].as_object().unwrap().keys().map(String::to_owned).collect();
    let served: BTreeSet<String> = ROUTES
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.starts_with('/') && *text != "/v1/")
        .map(str::to_owned)
        .collect();
    assert_eq!(described, served);
}

#[tokio::test]
async fn the_methods_that_are_described_are_those_that_are_served() {
    let world = World::new();
    let description = description();
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in METHODS {
            let call = Request::builder()
                .method(method.to_uppercase().as_str())
                .uri(path.replace("{id}", "0"))
                .header("tus-resumable", "1.0.0")
                .body(Body::empty())
                .unwrap();
            let answer = world.call(call).await;
            let is_served = answer.status != StatusCode::METHOD_NOT_ALLOWED;
            // HEAD of a page that GET draws needs no words of its own
            let is_described = item.get(method).is_some() || (method == "head" && item.get("get").is_some());
            assert_eq!(is_served, is_described, "{method} {path}: {}", answer.status);
            if is_served && method != "head" {
                let status = answer.status.as_str();
                assert!(item[method]["responses"].get(status).is_some(), "{method} {path}: {status} is not described");
            }
        }
    }
}

#[tokio::test]
async fn the_description_is_served() {
    let world = World::new();
    let answer = world.call(Request::get("/v1/openapi.json").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.json(), description());
}

#[tokio::test]
async fn real_messages_fit_the_schemas() {
    let world = World::new();
    let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let body = world.pair_body(&world.code(VILLAGE)).replacen('{', &format!("{{\"phone_key\":\"{key}\","), 1);
    assert_described("PairRequest", &serde_json::from_str(&body).unwrap());
    let paired = world.post("/v1/pair", None, body).await.json();
    assert_described("PairResponse", &paired);
    let token = paired["token"].as_str().unwrap().to_owned();
    let worker_key = Some(payung_domain::WorkerKey::from_bytes([1; 16]).hash());
    let with_key = payung_domain::Enrolment { worker_key, ..enrolment(1) };
    assert_described("Enrolment", &serde_json::to_value(with_key).unwrap());
    let mut pushes = request((1..=6).map(push).chain([push_text(9, 1, "[]".into())]).collect());
    pushes.awaiting = vec![id(1)];
    pushes.lease = Some(LeaseAsk { serial: 0, places: vec![2], wanted: 3 });
    (pushes.records[0].sequence, pushes.records[0].place) = (Some(7), Some(2));
    let pushes = serde_json::to_string(&pushes).unwrap();
    assert_described("SyncRequest", &serde_json::from_str(&pushes).unwrap());
    assert_described("SyncResponse", &world.post("/v1/sync", Some(&token), pushes).await.json());
    let phone_key = Some(key.to_owned());
    let mut short = SyncRequest { takes_batch_receipt: true, phone_key, ..request(vec![push(7), push(8)]) };
    short.records[0].place = Some(2);
    let short = serde_json::to_string(&short).unwrap();
    let answer = world.post("/v1/sync", Some(&token), short).await.json();
    assert!(answer["batch"]["records"].is_string() && answer["certificate"].is_string(), "{answer}");
    assert_described("SyncResponse", &answer);
    let comments = vec![Comment { field: Field::KtpPhoto, text: "Kabur".into() }];
    for (number, verdict) in [
        (1, Verdict::Approve),
        (2, Verdict::Approve),
        (3, Verdict::Approve),
        (4, Verdict::Approve),
        (5, Verdict::Return(comments)),
        (6, Verdict::Reject(RejectReason::Deceased, String::new())),
    ] {
        let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap();
        decide(&world.hub, id(number), row.change_seq, verdict, "user:sari").unwrap();
    }
    let mended = serde_json::to_string(&request(vec![push_of(5, 2, &enrolment(5))])).unwrap();
    let answer = world.post("/v1/sync", Some(&token), mended).await.json();
    assert_eq!(answer["changes"].as_array().unwrap().len(), 8 + 4 * 2 + 2 + 1);
    assert_described("SyncResponse", &answer);
    let ask = json!({"version": 1, "nonce": "n"});
    assert_described("EnrolledRequest", &ask);
    assert_described("EnrolledResponse", &world.post("/v1/enrolled", Some(&token), ask.to_string()).await.json());
    assert_described("CandidatesRequest", &ask);
    let answer = world.post("/v1/candidates", Some(&token), ask.to_string()).await.json();
    assert_described("CandidatesResponse", &answer);
    let outcomes =
        json!([{"nik": "9901011205849999", "outcome": "died"}, {"nik": "9901011205849999", "outcome": null}]);
    let known = json!({"version": 1, "nonce": "n", "known": answer["digest"], "outcomes": outcomes});
    assert_described("CandidatesRequest", &known);
    assert_described("CandidatesResponse", &world.post("/v1/candidates", Some(&token), known.to_string()).await.json());
    for after in [0, u64::MAX] {
        let ask = json!({"version": 1, "nonce": "n", "after": after});
        assert_described("EndedRequest", &ask);
        assert_described("EndedResponse", &world.post("/v1/ended", None, ask.to_string()).await.json());
    }
    let nik = enrolment(1).identity.nik;
    let source = payung_domain::programme::SourceId("usulan".into());
    let one = Candidate {
        nik,
        name: "CONTOH".into(),
        source,
        address: "Dusun".into(),
        rt: Some(1),
        rw: Some(2),
        outcome: Some(Outcome::Moved),
    };
    assert_described("Candidate", &serde_json::to_value(one).unwrap());
    assert_described("OfficeRequest", &ask);
    assert_described("OfficeResponse", &world.post("/v1/office", None, ask.to_string()).await.json());
    for &kind in payung_domain::irregularity::Kind::ALL {
        let id = payung_domain::ids::IrregularityId::from_bytes([1; 16]);
        let one =
            payung_domain::irregularity::Irregularity::new(id, kind, VILLAGE.parse().ok(), "Uang", "0812").unwrap();
        assert_described("Irregularity", &serde_json::to_value(&one).unwrap());
        let answer = world.report(&one).await;
        assert_described("IrregularityResponse", &answer.json());
    }
    assert_described("ErrorBody", &world.post("/v1/sync", None, "").await.json());
}

#[test]
fn every_state_refusal_error_and_field_is_described() {
    let day = "2026-01-01".parse().unwrap();
    for state in [
        State::Draft,
        State::Queued,
        State::Sending,
        State::Received,
        State::Corrected,
        State::Verified,
        State::WaitingList { rank: 1, covered_until: None },
        State::WaitingList { rank: 1, covered_until: Some(day) },
        State::Placed { place: None, covered_until: None },
        State::Active { from: day, until: day },
        State::Withdrawn,
    ] {
        assert_described("State", &serde_json::to_value(state).unwrap());
    }
    for &reason in EndReason::ALL {
        assert_described("State", &serde_json::to_value(State::Ended { reason }).unwrap());
    }
    for &reason in RejectReason::ALL {
        let state = State::Rejected { reason, words: String::new() };
        assert_described("State", &serde_json::to_value(state).unwrap());
    }
    for &field in Field::ALL {
        assert_described("Comment", &serde_json::to_value(Comment { field, text: String::new() }).unwrap());
    }
    use RefusalReason::*;
    for reason in [Malformed, UnknownProgramme, OtherVillage, AlreadyDecided, Conflict] {
        assert_described("Refusal", &serde_json::to_value(Refusal { id: id(1), revision: 1, reason }).unwrap());
    }
    use ErrorCode as E;
    for error in [
        E::BadRequest,
        E::TokenUnknown,
        E::PairingCodeUnknown,
        E::PairingCodeUsed,
        E::PairingCodeExpired,
        E::TooLarge,
        E::TooMany,
        E::VersionUnsupported,
        E::NotFound,
        E::Conflict,
        E::Internal,
    ] {
        assert_described("ErrorBody", &serde_json::to_value(ErrorBody { error, message: String::new() }).unwrap());
    }
}

#[test]
fn every_programme_is_described() {
    let world = World::with(Settings::default());
    for programme in world.hub.catalogue.programmes() {
        assert_described("Programme", &serde_json::to_value(programme).unwrap());
    }
}
