use crate::world::{Answer, Phone, VILLAGE, World, enrolment, id, jpeg, push, request};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use payung_domain::PhotoHash;
use payung_hub::{HubError, sweep};

fn tus(method: Method, path: &str, phone: &Phone) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("tus-resumable", "1.0.0")
        .header("authorization", format!("Bearer {}", phone.token))
}

pub fn create(phone: &Phone, sha256: &str, length: u64) -> Request<Body> {
    tus(Method::POST, "/v1/photos", phone)
        .header("upload-length", length)
        .header("upload-metadata", format!("name eA==,sha256 {}", STANDARD.encode(sha256)))
        .body(Body::empty())
        .unwrap()
}

pub async fn begin(world: &World, phone: &Phone, bytes: &[u8]) -> Answer {
    world.call(create(phone, &PhotoHash::of(bytes).to_string(), bytes.len() as u64)).await
}

pub async fn piece(world: &World, phone: &Phone, url: &str, offset: usize, bytes: &[u8]) -> Answer {
    let call = tus(Method::PATCH, url, phone)
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", offset)
        .body(bytes.to_vec().into())
        .unwrap();
    world.call(call).await
}

pub async fn offset(world: &World, phone: &Phone, url: &str) -> Answer {
    world.call(tus(Method::HEAD, url, phone).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_photo_goes_on_where_it_broke_off_and_is_then_receipted() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    let bytes = jpeg(2001);
    let begun = begin(&world, &phone, &bytes).await;
    assert_eq!((begun.status, begun.header("upload-offset")), (StatusCode::CREATED, "0"));
    assert!(!begun.header("upload-expires").is_empty());
    let url = begun.header("location").to_owned();
    assert_eq!(piece(&world, &phone, &url, 0, &bytes[..700]).await.header("upload-offset"), "700");
    let stands = offset(&world, &phone, &url).await;
    assert_eq!((stands.header("upload-offset"), stands.header("upload-length")), ("700", "2001"));
    let mut awaiting = request(Vec::new());
    awaiting.awaiting = vec![id(1)];
    assert_eq!(world.sync(&phone, &awaiting).await.receipts[0].photos_held, []);
    let done = piece(&world, &phone, &url, 700, &bytes[700..]).await;
    assert_eq!((done.status, done.header("upload-offset")), (StatusCode::NO_CONTENT, "2001"));
    assert_eq!(world.sync(&phone, &awaiting).await.receipts[0].photos_held, [PhotoHash::of(&bytes)]);
    assert_eq!(std::fs::read(world.hub.photos.path_of(PhotoHash::of(&bytes))).unwrap(), bytes);
    assert_eq!(enrolment(1).photos[0].sha256, PhotoHash::of(&bytes));
}

#[tokio::test]
async fn a_photo_that_is_held_is_not_sent_again() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let bytes = jpeg(500);
    let url = begin(&world, &phone, &bytes).await.header("location").to_owned();
    piece(&world, &phone, &url, 0, &bytes).await;
    let again = begin(&world, &phone, &bytes).await;
    assert_eq!((again.status, again.header("upload-offset")), (StatusCode::CREATED, "500"));
    let stands = offset(&world, &phone, again.header("location")).await;
    assert_eq!((stands.status, stands.header("upload-offset")), (StatusCode::OK, "500"));
}

#[tokio::test]
async fn a_wrong_offset_is_a_conflict() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let bytes = jpeg(500);
    let url = begin(&world, &phone, &bytes).await.header("location").to_owned();
    let answer = piece(&world, &phone, &url, 100, &bytes[100..]).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::CONFLICT, "conflict"));
}

#[tokio::test]
async fn other_bytes_than_the_hash_says_are_thrown_away() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let bytes = jpeg(500);
    let url = begin(&world, &phone, &bytes).await.header("location").to_owned();
    let answer = piece(&world, &phone, &url, 0, &[7; 500]).await;
    assert_eq!(answer.status.as_u16(), 460);
    assert_eq!(offset(&world, &phone, &url).await.status, StatusCode::NOT_FOUND);
    assert!(!world.hub.photos.path_of(PhotoHash::of(&bytes)).exists());
}

#[tokio::test]
async fn what_is_not_a_jpeg_is_thrown_away() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let url = begin(&world, &phone, b"<html>").await.header("location").to_owned();
    assert_eq!(piece(&world, &phone, &url, 0, b"<html>").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn more_bytes_than_were_said_are_refused() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let bytes = jpeg(500);
    let url = begin(&world, &phone, &bytes).await.header("location").to_owned();
    let answer = piece(&world, &phone, &url, 0, &jpeg(501)).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test]
async fn an_upload_belongs_to_its_phone() {
    let world = World::new();
    let (phone, other) = (world.pair(VILLAGE).await, world.pair(VILLAGE).await);
    let bytes = jpeg(500);
    let url = begin(&world, &phone, &bytes).await.header("location").to_owned();
    assert_eq!(offset(&world, &other, &url).await.status, StatusCode::NOT_FOUND);
    assert_eq!(piece(&world, &other, &url, 0, &bytes).await.status, StatusCode::NOT_FOUND);
    let stranger = Phone { token: "wrong".into(), id: String::new() };
    assert_eq!(begin(&world, &stranger, &bytes).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_upload_is_never_a_path() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let key = world.folder.path().join("data/hub.key");
    assert!(key.exists());
    let long = "a".repeat(300);
    for id in ["..%2Fhub.key", "..%2Fphotos", "%2Fetc%2Fhostname", ".", "%00", "..%2F..%2Fx", &long] {
        let url = format!("/v1/photos/{id}");
        for method in [Method::HEAD, Method::DELETE] {
            let answer = world.call(tus(method, &url, &phone).body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        }
        assert_eq!(piece(&world, &phone, &url, 0, b"x").await.status, StatusCode::NOT_FOUND, "{id}");
    }
    assert!(key.exists());
}

#[tokio::test]
async fn an_upload_ends_when_it_is_given_up_or_forgotten() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let bytes = jpeg(500);
    let url = begin(&world, &phone, &bytes).await.header("location").to_owned();
    let call = tus(Method::DELETE, &url, &phone).body(Body::empty()).unwrap();
    assert_eq!(world.call(call).await.status, StatusCode::NO_CONTENT);
    assert_eq!(offset(&world, &phone, &url).await.status, StatusCode::NOT_FOUND);
    let url = begin(&world, &phone, &bytes).await.header("location").to_owned();
    piece(&world, &phone, &url, 0, &bytes[..10]).await;
    world.pass(SignedDuration::from_hours(24 * 7 + 1));
    assert_eq!(offset(&world, &phone, &url).await.status, StatusCode::NOT_FOUND);
    assert_eq!(sweep::sweep(&world.hub).unwrap(), 1);
    assert_eq!(std::fs::read_dir(world.folder.path().join("data/uploads")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_hub_that_went_down_after_the_last_byte_ends_the_upload_when_asked() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let bytes = jpeg(500);
    let url = begin(&world, &phone, &bytes).await.header("location").to_owned();
    // the bytes are in the folder, and nobody came to look at them
    std::fs::write(world.folder.path().join("data/uploads").join(url.rsplit('/').next().unwrap()), &bytes).unwrap();
    assert_eq!(offset(&world, &phone, &url).await.header("upload-offset"), "500");
    assert!(world.hub.photos.path_of(PhotoHash::of(&bytes)).exists());
}

#[tokio::test]
async fn what_of_tus_is_spoken_is_told_and_another_version_is_refused() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let call = Request::builder().method("OPTIONS").uri("/v1/photos").body(Body::empty()).unwrap();
    let answer = world.call(call).await;
    assert_eq!((answer.status, answer.header("tus-version")), (StatusCode::NO_CONTENT, "1.0.0"));
    assert_eq!(answer.header("tus-extension"), "creation,checksum,termination,expiration");
    let call = Request::post("/v1/photos").header("authorization", &phone.token).body(Body::empty()).unwrap();
    assert_eq!(world.call(call).await.status, StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn malformed_headers_are_refused() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    for (length, metadata) in [("x", "sha256 eA=="), ("5", "sha256 eA=="), ("5", ""), ("0", "sha256 eA==")] {
        let call = tus(Method::POST, "/v1/photos", &phone)
            .header("upload-length", length)
            .header("upload-metadata", metadata)
            .body(Body::empty())
            .unwrap();
        assert_eq!(world.call(call).await.status, StatusCode::BAD_REQUEST, "{length} {metadata}");
    }
}

fn uploads(world: &World) -> std::path::PathBuf {
    world.folder.path().join("data/uploads")
}

#[tokio::test]
async fn another_length_for_the_same_photo_begins_anew_and_leaves_no_file() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let bytes = jpeg(500);
    let hash = PhotoHash::of(&bytes).to_string();
    let wrong = world.call(create(&phone, &hash, 400)).await.header("location").to_owned();
    piece(&world, &phone, &wrong, 0, &bytes[..300]).await;
    let begun = world.call(create(&phone, &hash, 500)).await;
    assert_eq!((begun.status, begun.header("upload-offset")), (StatusCode::CREATED, "0"));
    assert_eq!(offset(&world, &phone, &wrong).await.status, StatusCode::NOT_FOUND);
    assert_eq!(std::fs::read_dir(uploads(&world)).unwrap().count(), 0);
    let busy = begun.header("location").to_owned();
    let _claim = world.hub.photos.claim(busy.rsplit('/').next().unwrap()).unwrap();
    assert_eq!(world.call(create(&phone, &hash, 600)).await.status, StatusCode::CONFLICT, "somebody writes to it");
}

#[tokio::test]
async fn an_expired_upload_begins_anew() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let bytes = jpeg(500);
    let old = begin(&world, &phone, &bytes).await.header("location").to_owned();
    piece(&world, &phone, &old, 0, &bytes[..300]).await;
    world.pass(SignedDuration::from_hours(24 * 7 + 1));
    let begun = begin(&world, &phone, &bytes).await;
    assert_eq!((begun.status, begun.header("upload-offset")), (StatusCode::CREATED, "0"));
    let url = begun.header("location").to_owned();
    assert_ne!(url, old);
    assert_eq!(piece(&world, &phone, &url, 0, &bytes).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn files_without_a_row_are_swept_after_a_day_and_one_in_use_keeps_no_other() {
    let world = World::new();
    // files have the machine's own time
    world.pass(world.hub.context.now().duration_until(jiff::Timestamp::now()));
    let phone = world.pair(VILLAGE).await;
    let begun = begin(&world, &phone, &jpeg(500)).await.header("location").to_owned();
    let second = begin(&world, &phone, &jpeg(501)).await.header("location").to_owned();
    std::fs::write(uploads(&world).join("orphan"), b"x").unwrap();
    assert_eq!(sweep::sweep(&world.hub).unwrap(), 0, "it may be under way");
    world.pass(SignedDuration::from_hours(24 * 7 + 1));
    let claims = [&begun, &second].map(|url| world.hub.photos.claim(url.rsplit('/').next().unwrap()).unwrap());
    let [first, other] = claims;
    drop(other);
    assert_eq!(sweep::sweep(&world.hub).unwrap(), 2, "the second upload and the orphan");
    drop(first);
    assert_eq!(sweep::sweep(&world.hub).unwrap(), 1);
    assert_eq!(std::fs::read_dir(uploads(&world)).unwrap().count(), 0);
}

#[tokio::test]
async fn a_photo_that_has_just_ended_its_upload_is_said_to_be_here() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let bytes = jpeg(500);
    let url = begin(&world, &phone, &bytes).await.header("location").to_owned();
    // the file has moved and its row is written, and this call still saw the upload's row
    let (hash, device) = (PhotoHash::of(&bytes), phone.id.clone());
    world.hub.store.write::<_, HubError>(|t| Ok(payung_hub::store::photo::add(t, hash, 500, &device, 0)?)).unwrap();
    assert_eq!(offset(&world, &phone, &url).await.header("upload-offset"), "500");
}

#[tokio::test]
async fn a_phone_sends_one_gibibyte_of_photos_a_day() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let (now, device) = (world.hub.context.now().as_millisecond(), phone.id.clone());
    let held = |t: &payung_hub::store::sql::Transaction| {
        Ok::<_, HubError>(payung_hub::store::photo::add(t, PhotoHash::of(b"x"), (1 << 30) - 600, &device, now)?)
    };
    world.hub.store.write(held).unwrap();
    assert_eq!(begin(&world, &phone, &jpeg(500)).await.status, StatusCode::CREATED);
    let refused = begin(&world, &phone, &jpeg(501)).await;
    assert_eq!((refused.status, refused.error().as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many"));
    world.pass(SignedDuration::from_hours(25));
    assert_eq!(begin(&world, &phone, &jpeg(501)).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_piece_with_a_checksum_is_taken_as_a_whole_or_not_at_all() {
    use sha1::{Digest as _, Sha1};
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let bytes = jpeg(2001);
    let url = begin(&world, &phone, &bytes).await.header("location").to_owned();
    let send = async |offset: usize, checksum: String, bytes: &[u8]| {
        let call = tus(Method::PATCH, &url, &phone)
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", offset)
            .header("upload-checksum", checksum);
        world.call(call.body(bytes.to_vec().into()).unwrap()).await
    };
    let sha1 = |bytes: &[u8]| format!("sha1 {}", STANDARD.encode(Sha1::digest(bytes)));
    let sha256 = |bytes: &[u8]| format!("sha256 {}", STANDARD.encode(PhotoHash::of(bytes).as_bytes()));
    assert_eq!(send(0, sha1(&bytes[..701]), &bytes[..700]).await.status.as_u16(), 460);
    for nonsense in ["md5 AAAA", "sha1", "sha1 ä", "sha256 !"] {
        assert_eq!(send(0, nonsense.to_owned(), &bytes[..700]).await.status, StatusCode::BAD_REQUEST, "{nonsense}");
    }
    assert_eq!(offset(&world, &phone, &url).await.header("upload-offset"), "0", "nothing of it was kept");
    assert_eq!(send(0, sha1(&bytes[..700]), &bytes[..700]).await.header("upload-offset"), "700");
    assert_eq!(send(700, sha256(&bytes[700..]), &bytes[700..]).await.status, StatusCode::NO_CONTENT);
    assert!(world.hub.photos.path_of(PhotoHash::of(&bytes)).exists());
}
