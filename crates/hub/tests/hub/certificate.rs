//! What the hub certifies: a phone's own key, for receipts at the door.

use crate::world::{VILLAGE, World, request};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use jiff::ToSpan as _;
use payung_domain::slip::Certificate;
use payung_domain::wire::SyncRequest;
use payung_hub::certificate::DAYS;
use payung_hub::context::day_here;
use serde_json::Value;

fn key() -> [u8; 32] {
    SigningKey::from_bytes(&[5; 32]).verifying_key().to_bytes()
}

fn opened(world: &World, answer: &Value) -> Certificate {
    let bytes = STANDARD.decode(answer["certificate"].as_str().unwrap()).unwrap();
    Certificate::opened(&bytes, &world.hub.key.public()).unwrap()
}

fn naming_key(body: &str, key: &str) -> String {
    let mut body: Value = serde_json::from_str(body).unwrap();
    body["phone_key"] = key.into();
    body.to_string()
}

#[tokio::test]
async fn a_phone_that_names_its_key_is_certified_at_pairing() {
    let world = World::new();
    let body = naming_key(&world.pair_body(&world.code(VILLAGE)), &hex::encode(key()));
    let paired = world.post("/v1/pair", None, body).await.json();
    let certificate = opened(&world, &paired);
    assert_eq!(certificate.phone_key, key());
    assert_eq!(certificate.phone, Certificate::name_of(paired["device_id"].as_str().unwrap()));
    assert_eq!(
        (certificate.kader.as_str(), certificate.office.as_str()),
        ("Bu Siti", paired["hub_name"].as_str().unwrap())
    );
    assert_eq!(certificate.village, paired["village"]["name"].as_str().unwrap());
    assert_eq!(certificate.until, day_here(world.hub.context.now()).checked_add(DAYS.days()).unwrap());
}

#[tokio::test]
async fn a_phone_of_before_is_certified_when_it_asks_and_told_nothing_when_it_does_not() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let asks = SyncRequest { phone_key: Some(hex::encode(key())), ..request(Vec::new()) };
    let answer = serde_json::to_value(world.sync(&phone, &asks).await).unwrap();
    assert_eq!(opened(&world, &answer).phone_key, key());
    assert!(world.sync(&phone, &request(Vec::new())).await.certificate.is_none());
}

#[tokio::test]
async fn a_blocked_phone_gets_none() {
    let world = World::new();
    let body = naming_key(&world.pair_body(&world.code(VILLAGE)), &hex::encode(key()));
    let body = body.replace("\"n\"", "\"0123456789abcdef\"");
    let paired = world.post("/v1/pair", None, body.clone()).await.json();
    payung_hub::pairing::block(&world.hub, paired["device_id"].as_str().unwrap(), "command").unwrap();
    assert_eq!(world.post("/v1/pair", None, body).await.error(), "pairing_code_used");
    let asks = SyncRequest { phone_key: Some(hex::encode(key())), ..request(Vec::new()) };
    let asks = serde_json::to_string(&asks).unwrap();
    let refused = world.post("/v1/sync", paired["token"].as_str(), asks).await;
    assert_eq!((refused.status, refused.error().as_str()), (StatusCode::UNAUTHORIZED, "token_unknown"));
}

#[tokio::test]
async fn what_is_no_key_is_not_certified() {
    let world = World::new();
    let pair = |key: &str| naming_key(&world.pair_body(&world.code(VILLAGE)), key);
    let strange = world.post("/v1/pair", None, pair("no key")).await;
    assert_eq!((strange.status, strange.error().as_str()), (StatusCode::BAD_REQUEST, "bad_request"));
    // a point of small order: whatever is signed would pass for it
    let weak = world.post("/v1/pair", None, pair(&"00".repeat(32))).await;
    assert_eq!(weak.status, StatusCode::OK);
    assert!(weak.json().get("certificate").is_none());
}
