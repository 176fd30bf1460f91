//! Photos in a bucket. Needs a server that speaks S3 at AWS_ENDPOINT_URL: scripts/test.sh starts one and names these tests.

use crate::photos::{begin, offset, piece};
use crate::world::{VILLAGE, World, id, jpeg, push, request};
use axum::http::StatusCode;
use payung_domain::PhotoHash;
use payung_hub::Settings;
use std::path::Path;
use std::process::Command;

/// Asks the server for something, without a signature that a real one would believe.
async fn ask(method: reqwest::Method, path: &str) -> StatusCode {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let endpoint =
        std::env::var("AWS_ENDPOINT_URL").expect("AWS_ENDPOINT_URL names a server; scripts/test.sh starts one");
    let answer = reqwest::Client::new()
        .request(method, format!("{endpoint}/{path}"))
        .header("authorization", "AWS test:test")
        .send()
        .await
        .unwrap();
    StatusCode::from_u16(answer.status().as_u16()).unwrap()
}

/// A world whose photos lie in a bucket that is not there yet, and the bucket's name.
fn world(name: &str) -> (World, String) {
    let bucket = format!("{name}-{}", std::process::id());
    let photos = Some(format!("s3://{bucket}/regency"));
    (World::with(Settings { photos, ..Settings::default() }), bucket)
}

fn run(arguments: &[&str], bucket: &str, data: &Path) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payung-hub"));
    let photos = format!("s3://{bucket}/regency");
    let output = command.args(arguments).args(["--photos", &photos, "--data"]).arg(data).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[tokio::test]
#[ignore = "needs a server that speaks S3"]
async fn a_photo_is_receipted_when_the_bucket_has_it_and_not_before() {
    let (world, bucket) = world("receipted");
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    let bytes = jpeg(2001);
    let url = begin(&world, &phone, &bytes).await.header("location").to_owned();
    piece(&world, &phone, &url, 0, &bytes[..700]).await;
    let ended = piece(&world, &phone, &url, 700, &bytes[700..]).await;
    assert_eq!(ended.status, StatusCode::INTERNAL_SERVER_ERROR, "there is no such bucket");
    let mut awaiting = request(Vec::new());
    awaiting.awaiting = vec![id(1)];
    assert_eq!(world.sync(&phone, &awaiting).await.receipts[0].photos_held, []);

    assert_eq!(ask(reqwest::Method::PUT, &bucket).await, StatusCode::OK);
    assert_eq!(offset(&world, &phone, &url).await.header("upload-offset"), "2001", "nothing is sent twice");
    assert_eq!(world.sync(&phone, &awaiting).await.receipts[0].photos_held, [PhotoHash::of(&bytes)]);
    let hub = world.hub.clone();
    let read = tokio::task::spawn_blocking(move || hub.photos.read(PhotoHash::of(&jpeg(2001)))).await.unwrap();
    assert_eq!(read.unwrap(), bytes);
    for folder in ["photos", "uploads"] {
        let left = std::fs::read_dir(world.folder.path().join("data").join(folder)).unwrap().count();
        assert_eq!(left, 0, "nothing lies in {folder}");
    }
    assert_eq!(begin(&world, &phone, &bytes).await.header("upload-offset"), "2001", "it is held");
}

#[tokio::test]
#[ignore = "needs a server that speaks S3"]
async fn the_doctor_looks_into_the_bucket_and_a_backup_leaves_photos_there() {
    let (world, bucket) = world("doctor");
    assert_eq!(ask(reqwest::Method::PUT, &bucket).await, StatusCode::OK);
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    let bytes = jpeg(2001);
    let url = begin(&world, &phone, &bytes).await.header("location").to_owned();
    piece(&world, &phone, &url, 0, &bytes).await;
    let folder = world.into_folder();
    let data = folder.path().join("data");
    for (arguments, words) in
        [(&["doctor"][..], "1 are what their hashes say"), (&["doctor", "--quick"], "1 have their length")]
    {
        let (is_well, text) = run(arguments, &bucket, &data);
        assert!(is_well && text.contains(words), "{text}");
    }

    let (backup, restored) = (folder.path().join("backup"), folder.path().join("restored"));
    let (is_done, text) = run(&["backup", backup.to_str().unwrap()], &bucket, &data);
    assert!(is_done && text.contains("1 photos stay in the bucket"), "{text}");
    let (is_done, text) = run(&["restore", backup.to_str().unwrap()], &bucket, &restored);
    assert!(is_done, "{text}");
    let (is_well, text) = run(&["doctor"], &bucket, &restored);
    assert!(text.contains("1 are what their hashes say"), "{is_well} {text}");

    let name = PhotoHash::of(&bytes).to_string();
    let path = format!("{bucket}/regency/{}/{}.jpg", &name[..2], &name[2..]);
    assert_eq!(ask(reqwest::Method::DELETE, &path).await, StatusCode::NO_CONTENT);
    let (is_well, text) = run(&["doctor", "--quick"], &bucket, &data);
    assert!(!is_well && text.contains(&format!("1 missing: {name}")), "{text}");
}
