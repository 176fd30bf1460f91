use crate::world::{VILLAGE, World};
use axum::http::StatusCode;
use jiff::SignedDuration;

#[tokio::test]
async fn a_code_pairs_one_phone_and_is_used_up() {
    let world = World::new();
    let code = world.code(VILLAGE);
    let first = world.post("/v1/pair", None, world.pair_body(&code)).await;
    assert_eq!(first.status, StatusCode::OK);
    world.assert_signed("/v1/pair", &first);
    assert_eq!(first.json()["village"]["code"], VILLAGE);
    assert_eq!(first.json()["kader_name"], "Bu Siti");
    assert_eq!(first.json()["hub_key"], world.hub.key.public_hex());
    let another = world.pair_body(&code).replace("\"n\"", "\"another nonce of a phone\"");
    let second = world.post("/v1/pair", None, another).await;
    assert_eq!((second.status, second.error().as_str()), (StatusCode::CONFLICT, "pairing_code_used"));
}

#[tokio::test]
async fn a_code_may_be_typed_in_small_letters_and_without_its_hyphen() {
    let world = World::new();
    let typed = world.code(VILLAGE).to_lowercase().replace('-', " ");
    assert_eq!(world.post("/v1/pair", None, world.pair_body(&typed)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_expired_code_pairs_nothing() {
    let world = World::new();
    let code = world.code(VILLAGE);
    world.pass(SignedDuration::from_hours(24));
    let answer = world.post("/v1/pair", None, world.pair_body(&code)).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::GONE, "pairing_code_expired"));
}

#[tokio::test]
async fn an_unknown_code_pairs_nothing() {
    let world = World::new();
    let answer = world.post("/v1/pair", None, world.pair_body("ABCD-EFGH")).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::NOT_FOUND, "pairing_code_unknown"));
}

#[tokio::test]
async fn guessing_codes_is_slowed_down_and_honest_pairing_is_not() {
    let world = World::new();
    for _ in 0..30 {
        world.pair(VILLAGE).await;
    }
    let mut statuses = Vec::new();
    for _ in 0..25 {
        statuses.push(world.post("/v1/pair", None, world.pair_body("ABCD-EFGH")).await.status);
    }
    assert_eq!(statuses[19], StatusCode::NOT_FOUND);
    assert_eq!(statuses[20], StatusCode::TOO_MANY_REQUESTS);
    let refused = world.post("/v1/pair", None, world.pair_body("ABCD-EFGH")).await;
    assert_eq!(refused.error(), "too_many");
    assert_eq!(refused.header("retry-after"), "6");
    world.pass(SignedDuration::from_secs(6));
    world.pair(VILLAGE).await;
}

#[tokio::test]
async fn another_version_is_told_to_update() {
    let world = World::new();
    let body = world.pair_body("ABCD-EFGH").replace("\"version\":1", "\"version\":2");
    let answer = world.post("/v1/pair", None, body).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::BAD_REQUEST, "version_unsupported"));
}

#[tokio::test]
async fn a_token_is_stored_as_its_hash_only() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    for entry in std::fs::read_dir(world.folder.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let is_found = bytes.windows(phone.token.len()).any(|window| window == phone.token.as_bytes());
            assert!(!is_found, "{}", path.display());
        }
    }
}

#[tokio::test]
async fn the_call_that_used_a_code_is_answered_again_for_an_hour() {
    let world = World::new();
    let body = world.pair_body(&world.code(VILLAGE)).replace("\"n\"", "\"0123456789abcdef\"");
    let pair = || world.post("/v1/pair", None, body.clone());
    let lost = pair().await.json();
    world.pass(SignedDuration::from_mins(59));
    let again = pair().await;
    world.assert_signed("/v1/pair", &again);
    let again = again.json();
    assert_eq!(lost["device_id"], again["device_id"]);
    let sync = |token: &serde_json::Value| {
        let request = serde_json::to_string(&crate::world::request(Vec::new())).unwrap();
        let token = token.as_str().unwrap().to_owned();
        let world = &world;
        async move { world.post("/v1/sync", Some(&token), request).await.status }
    };
    assert_eq!(
        lost["token"], again["token"],
        "a call that comes twice must not end the token that the phone has taken"
    );
    assert_eq!(sync(&again["token"]).await, StatusCode::OK);
    world.pass(SignedDuration::from_mins(1));
    assert_eq!(pair().await.error(), "pairing_code_used");
}

#[tokio::test]
async fn a_blocked_phone_is_not_let_in_by_its_old_call() {
    let world = World::new();
    let body = world.pair_body(&world.code(VILLAGE)).replace("\"n\"", "\"0123456789abcdef\"");
    let first = world.post("/v1/pair", None, body.clone()).await.json();
    assert!(payung_hub::pairing::block(&world.hub, first["device_id"].as_str().unwrap(), "command").unwrap());
    assert_eq!(world.post("/v1/pair", None, body).await.error(), "pairing_code_used");
}
