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
    let second = world.post("/v1/pair", None, world.pair_body(&code)).await;
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
