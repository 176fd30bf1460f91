//! A hub is backed up while phones send, comes back in another folder, and asks phones for what it has lost.

use crate::world::*;
use axum::http::StatusCode;
use payung_domain::PhotoHash;
use payung_domain::wire::SyncRequest;
use payung_hub::store::{MIGRATIONS, audit, photo};
use payung_hub::{Context, Hub, HubError, Settings};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};

fn run(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_payung-hub")).args(arguments).arg("--data").arg(data).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn done(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    said(&output)
}

/// A photo of one record, held by the hub.
fn hold_photo(world: &World, phone: &Phone, number: u8) -> PhotoHash {
    let bytes = jpeg(2000 + usize::from(number));
    let hash = PhotoHash::of(&bytes);
    world.hub.photos.put(hash, &bytes).unwrap();
    let add = |t: &payung_hub::store::sql::Transaction| Ok(photo::add(t, hash, bytes.len() as u64, &phone.id, 1)?);
    world.hub.store.write::<_, HubError>(add).unwrap();
    hash
}

/// Every row of every table that holds something which must come back.
fn rows(path: &Path) -> BTreeMap<String, Vec<String>> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let tables =
        ["village", "device", "record", "revision", "revision_photo", "photo", "change", "office_user", "tally"];
    let dump = |table: &str| {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row| {
            (0..columns).map(|column| Ok(format!("{:?}", row.get_ref(column)?))).collect::<rusqlite::Result<String>>()
        };
        statement.query_map([], row).unwrap().map(Result::unwrap).collect()
    };
    tables.into_iter().map(|table| (table.to_owned(), dump(table))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_hub_is_backed_up_whole_and_comes_back_equal() {
    let world = World::on_a_file();
    let data = world.folder.path().join("data");
    let backup = world.folder.path().join("backup");
    let phone = world.pair(VILLAGE).await;
    let stop = AtomicBool::new(false);
    let sent = std::sync::Mutex::new(0);
    while_phones_send(&world, &phone, &stop, &sent, || {
        for _ in 0..3 {
            done(&data, &["backup", backup.to_str().unwrap()]);
        }
    })
    .await;
    assert!(*sent.lock().unwrap() > 10, "the hub was busy");

    let restored = world.folder.path().join("restored");
    let text = done(&restored, &["restore", backup.to_str().unwrap()]);
    assert!(text.contains("photos go into"), "{text}");
    let database = std::fs::read_dir(&backup).unwrap().map(|entry| entry.unwrap().path());
    let databases: Vec<_> = database.filter(|path| path.extension().is_some_and(|kind| kind == "db")).collect();
    assert_eq!(databases.len(), 1, "an incremental backup keeps one database");
    let (before, after) = (rows(&databases[0]), rows(&restored.join("hub.db")));
    assert!(before["record"].len() > 5 && before["photo"].len() > 5, "it holds something");
    assert_eq!(before, after);
    let report = done(&restored, &["doctor"]);
    assert!(!report.contains("WRONG"), "every photo that a row names is there: {report}");
    assert_eq!(std::fs::read(data.join("hub.key")).unwrap(), std::fs::read(restored.join("hub.key")).unwrap());
}

/// Sends records and photos, one after the other, until `work` has ended.
async fn while_phones_send(
    world: &World,
    phone: &Phone,
    stop: &AtomicBool,
    sent: &std::sync::Mutex<u8>,
    work: impl FnOnce() + Send,
) {
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            for number in 1..250 {
                if stop.load(Ordering::Relaxed) && number > 20 {
                    break;
                }
                hold_photo(world, phone, number);
                runtime.block_on(world.push(phone, vec![push(number)]));
                *sent.lock().unwrap() = number;
            }
            runtime.shutdown_background();
        });
        while *sent.lock().unwrap() < 6 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        work();
        stop.store(true, Ordering::Relaxed);
    });
}

#[tokio::test]
async fn a_phone_that_synced_after_the_backup_is_asked_for_what_was_lost() {
    let world = World::on_a_file();
    let data = world.folder.path().join("data");
    let backup = world.folder.path().join("backup");
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    done(&data, &["backup", backup.to_str().unwrap()]);
    // A photo of the first record, and a second record, reach the hub that is then lost.
    let photo = hold_photo(&world, &phone, 1);
    world.push(&phone, vec![push(2)]).await;
    let ask = |cursor| SyncRequest { awaiting: vec![id(1), id(2)], cursor: Some(cursor), ..request(Vec::new()) };
    let heard = world.sync(&phone, &ask(0)).await;
    assert_eq!((heard.receipts.len(), heard.receipts[0].photos_held.clone()), (2, vec![photo]));

    let restored = world.folder.path().join("restored");
    done(&restored, &["restore", backup.to_str().unwrap()]);
    let world = world.moved_to(&restored);
    let answer = world.sync(&phone, &ask(heard.cursor)).await;
    assert_eq!(answer.receipts.len(), 1, "no receipt for what is lost: the phone sends it again");
    assert_eq!((answer.receipts[0].id, answer.receipts[0].photos_held.len()), (id(1), 0), "nor for the photo");
    assert_eq!(answer.changes.len(), 1, "the cursor of the lost hub counts for nothing: all is told again");
    let again = world.push(&phone, vec![push(2)]).await;
    assert_eq!((again.receipts.len(), again.refusals.len()), (1, 0));
    assert!(again.cursor > heard.cursor, "no number that the lost hub gave is given again");
}

#[tokio::test]
async fn what_was_ended_does_not_come_back_to_life() {
    let world = World::on_a_file();
    let data = world.folder.path().join("data");
    let backup = world.folder.path().join("backup");
    let code = world.code(VILLAGE);
    payung_hub::people::put(&world.hub, "command", "sari", "kata-sandi-panjang", None).unwrap();
    let session = "INSERT INTO session (hash, user_name, csrf, made_at, expires_at) VALUES ('h', 'sari', 'c', 1, 9e12)";
    world.hub.store.write::<_, HubError>(|t| Ok(t.execute(session, [])?)).unwrap();
    done(&data, &["backup", backup.to_str().unwrap()]);
    let restored = world.folder.path().join("restored");
    done(&restored, &["restore", backup.to_str().unwrap()]);
    let world = world.moved_to(&restored);
    let sessions =
        |c: &payung_hub::store::sql::Connection| Ok(c.query_row("SELECT count(*) FROM session", [], |row| row.get(0))?);
    assert_eq!(world.hub.store.read::<u32, HubError>(sessions).unwrap(), 0);
    let answer = world.post("/v1/pair", None, world.pair_body(&code)).await;
    assert_ne!(answer.status, StatusCode::OK, "the code may have been used after the backup");
    let newest = world.hub.store.read::<_, HubError>(|c| Ok(audit::newest(c, &audit::Wanted::default(), 1)?)).unwrap();
    assert_eq!(newest[0].act, "hub.restore");
}

#[tokio::test]
async fn a_second_backup_takes_only_what_is_new_and_a_broken_photo_ends_it() {
    let world = World::on_a_file();
    let data = world.folder.path().join("data");
    let backup = world.folder.path().join("backup");
    let to = backup.to_str().unwrap();
    let phone = world.pair(VILLAGE).await;
    hold_photo(&world, &phone, 1);
    assert!(done(&data, &["backup", to, "--copy"]).contains("1 photos, 1 of them new"));
    let second = hold_photo(&world, &phone, 2);
    assert!(done(&data, &["backup", to, "--copy", "--verify"]).contains("2 photos, 1 of them new"));
    let manifest = std::fs::read_to_string(backup.join("SHA256SUMS")).unwrap();
    assert!(manifest.contains(&second.to_string()) && manifest.contains("hub.key"));

    let third = hold_photo(&world, &phone, 3);
    std::fs::write(world.hub.photos.path_of(third), "rot").unwrap();
    let output = run(&data, &["backup", to]);
    assert!(!output.status.success() && said(&output).contains("payung-hub doctor"), "{}", said(&output));
    assert_eq!(std::fs::read_to_string(backup.join("SHA256SUMS")).unwrap(), manifest, "the earlier backup stays");
    done(&world.folder.path().join("restored"), &["restore", to]);
}

#[tokio::test]
async fn a_restore_overwrites_nothing_and_takes_no_damaged_backup() {
    let world = World::on_a_file();
    let data = world.folder.path().join("data");
    let backup = world.folder.path().join("backup");
    let to = backup.to_str().unwrap();
    let phone = world.pair(VILLAGE).await;
    let photo = hold_photo(&world, &phone, 1);
    done(&data, &["backup", to, "--copy"]);
    let refused = |folder: &Path, words: &str| {
        let output = run(folder, &["restore", to]);
        assert!(!output.status.success() && said(&output).contains(words), "{}", said(&output));
    };
    refused(&data, "overwrites nothing");
    let free = world.folder.path().join("free");
    assert!(done(&free, &["restore", to, "--dry-run"]).contains("nothing was done"));
    assert!(!free.exists());
    let name = photo.to_string();
    let file = backup.join("photos").join(&name[..2]).join(format!("{}.jpg", &name[2..]));
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[1000] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    refused(&free, "1 of 3 files are missing or are not what was backed up");
    let manifest = std::fs::read_to_string(backup.join("SHA256SUMS")).unwrap();
    let short: Vec<&str> = manifest.lines().take(4).collect();
    std::fs::write(backup.join("SHA256SUMS"), short.join("\n")).unwrap();
    refused(&free, "cut off");
    std::fs::write(backup.join("SHA256SUMS"), manifest.replace("photos/", "../../")).unwrap();
    refused(&free, "no file of a backup");
    assert!(!free.exists(), "nothing was begun");
    let elsewhere = world.folder.path().join("programmes");
    let output = run(&data, &["backup", elsewhere.to_str().unwrap()]);
    assert!(!output.status.success() && said(&output).contains("no backup"), "{}", said(&output));
}

#[test]
fn before_the_schema_changes_the_database_is_kept_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(MIGRATIONS[0]).unwrap();
    old.execute("INSERT INTO office_user (name, password_hash, added_at) VALUES ('sari', 'x', 1)", []).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);
    let open = || {
        let context = Context::new(|| "2026-11-21T02:00:00Z".parse().unwrap(), |_| Ok(()));
        drop(Hub::open(folder.path(), Settings::default(), context).unwrap());
    };
    open();
    let copy = folder.path().join(format!("backups/before-v{}-20261121T020000Z.db", MIGRATIONS.len()));
    let kept = rusqlite::Connection::open(&copy).unwrap();
    let ask = |sql: &str| kept.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap();
    assert_eq!((ask("SELECT user_version FROM pragma_user_version"), ask("SELECT count(*) FROM office_user")), (1, 1));
    open();
    assert_eq!(std::fs::read_dir(folder.path().join("backups")).unwrap().count(), 1, "once for each change");
}
