use crate::world::{VILLAGE, World};
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use payung_domain::wire::{MOST_PHOTO_BYTES, MOST_SYNC_BYTES};
use serde_json::{Value, json};
use std::io::Write as _;

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let answer = world.post("/v1/sync", Some(&phone.token), vec![b' '; MOST_SYNC_BYTES + 1]).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
    let answer = world.post("/v1/pair", None, vec![b' '; 9000]).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test]
async fn a_small_zip_of_a_large_body_is_refused_too() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    zip.write_all(&vec![b' '; MOST_SYNC_BYTES + 1]).unwrap();
    let zipped = zip.finish().unwrap();
    assert!(zipped.len() < 10_000);
    let call = Request::post("/v1/sync")
        .header("authorization", format!("Bearer {}", phone.token))
        .header("content-encoding", "gzip")
        .body(zipped.into())
        .unwrap();
    let answer = world.call(call).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test]
async fn a_nonce_or_a_code_may_have_as_many_characters_as_the_description_says() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let description: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let small = json!({"version": 1, "nonce": "n", "code": "c", "device_name": "HP", "device_time": world.now(),
        "records": [], "awaiting": [], "after": 0});
    for (path, schema, field, fits) in [
        ("/v1/pair", "PairRequest", "nonce", StatusCode::NOT_FOUND),
        ("/v1/pair", "PairRequest", "code", StatusCode::NOT_FOUND),
        ("/v1/sync", "SyncRequest", "nonce", StatusCode::OK),
        ("/v1/enrolled", "EnrolledRequest", "nonce", StatusCode::OK),
        ("/v1/candidates", "CandidatesRequest", "nonce", StatusCode::OK),
        ("/v1/ended", "EndedRequest", "nonce", StatusCode::OK),
    ] {
        let most = &description["components"]["schemas"][schema]["properties"][field]["maxLength"];
        let most = usize::try_from(most.as_u64().unwrap()).unwrap();
        for (length, wanted) in [(most, fits), (most + 1, StatusCode::BAD_REQUEST)] {
            let mut ask = small.clone();
            // a character of three bytes
            ask[field] = "\u{a9b9}".repeat(length).into();
            let answer = world.post(path, Some(&phone.token), ask.to_string()).await;
            assert_eq!(answer.status, wanted, "{length} characters of {field} to {path}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_photo_over_the_limit_is_refused_before_its_bytes() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let call = crate::photos::create(&phone, &"00".repeat(32), MOST_PHOTO_BYTES + 1);
    let answer = world.call(call).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test]
async fn a_phone_that_calls_without_end_is_told_to_wait() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let mut last = StatusCode::OK;
    for _ in 0..=2_000 {
        last = world.post("/v1/sync", Some(&phone.token), "").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn every_refusal_below_v1_is_an_error_body() {
    let world = World::new();
    for (method, path) in [("GET", "/v1/sync"), ("POST", "/v1/nothing"), ("PUT", "/v1/photos")] {
        let answer = world.call(Request::builder().method(method).uri(path).body("".into()).unwrap()).await;
        assert!(answer.status.is_client_error(), "{method} {path}");
        assert!(!answer.error().is_empty(), "{method} {path}");
    }
    let call = Request::post("/v1/sync").header("content-encoding", "br").body("".into()).unwrap();
    assert_eq!(world.call(call).await.error(), "bad_request");
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_never_by_path() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![crate::world::push(1)]).await;
    world.call(Request::head("/v1/photos/secret").body("".into()).unwrap()).await;
    let page = world.call(Request::get("/metrics").body("".into()).unwrap()).await.text();
    assert!(page.contains("payung_requests_total{method=\"POST\",route=\"/v1/sync\",status=\"200\"} 1"), "{page}");
    assert!(page.contains("payung_records{state=\"received\"} 1"));
    assert!(page.contains("payung_sync_seconds_count 1"));
    assert!(!page.contains("secret"));
}

#[tokio::test]
async fn a_method_that_a_caller_made_up_is_counted_as_other() {
    let world = World::new();
    for method in ["SECRET", "SECRETA", "get"] {
        world.call(Request::builder().method(method).uri("/healthz").body("".into()).unwrap()).await;
    }
    let page = world.call(Request::get("/metrics").body("".into()).unwrap()).await.text();
    assert!(page.contains("payung_requests_total{method=\"other\",route=\"/healthz\",status=\"405\"} 3"), "{page}");
    assert!(!page.contains("SECRET"));
}

/// A body that fails the test when somebody reads it.
fn untouchable() -> axum::body::Body {
    let touched =
        |frame: axum::body::Bytes| -> axum::body::Bytes { panic!("the body was read: {} bytes", frame.len()) };
    axum::body::Body::new(axum::body::Body::from("x").map_frame(move |frame| frame.map_data(touched)))
}

#[tokio::test]
async fn a_body_is_not_read_before_the_token_and_the_limits() {
    let world = World::new();
    let call = |path: &str| Request::post(path).header("content-encoding", "gzip").body(untouchable()).unwrap();
    assert_eq!(world.call(call("/v1/sync")).await.status, StatusCode::UNAUTHORIZED);
    for _ in 0..20 {
        world.post("/v1/pair", None, "").await;
        world.post("/masuk", None, "").await;
    }
    assert_eq!(world.call(call("/v1/pair")).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(world.call(call("/masuk")).await.status, StatusCode::TOO_MANY_REQUESTS);
}
