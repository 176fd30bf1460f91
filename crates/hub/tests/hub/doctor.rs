//! Damage that is planted, and what the doctor says to it.

use crate::world::*;
use payung_domain::PhotoHash;
use payung_hub::HubError;
use payung_hub::store::{audit, photo};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

struct Patient {
    _folder: tempfile::TempDir,
    data: PathBuf,
    photo: PathBuf,
}

/// A hub's folder with a phone, records, a photo and entries, whose hub has ended.
async fn patient() -> Patient {
    let world = World::on_a_file();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, (1..=5).map(push).collect()).await;
    let bytes = jpeg(2001);
    let hash = PhotoHash::of(&bytes);
    world.hub.photos.put(hash, &bytes).unwrap();
    let write = |t: &payung_hub::store::sql::Transaction| {
        photo::add(t, hash, bytes.len() as u64, &phone.id, 1)?;
        Ok(audit::add(t, 1, "user:sari", "x", "y")?)
    };
    world.hub.store.write::<_, HubError>(write).unwrap();
    let (photo, data) = (world.hub.photos.path_of(hash), world.folder.path().join("data"));
    Patient { _folder: world.into_folder(), data, photo }
}

impl Patient {
    fn doctor(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_payung-hub"));
        let output = command.arg("doctor").args(arguments).arg("--data").arg(&self.data).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    }

    /// It says that this check, and no other, found these words, and what to do.
    fn assert_only(&self, check: &str, words: &str, arguments: &[&str]) {
        let (is_well, text) = self.doctor(arguments);
        let wrong: Vec<&str> = text.lines().filter(|line| line.starts_with("WRONG")).collect();
        assert_eq!((is_well, wrong.len()), (false, 1), "{text}");
        assert!(wrong[0].starts_with(&format!("WRONG  {check}: ")) && wrong[0].contains(words), "{text}");
        assert!(wrong[0].contains(". "), "says what to do: {text}");
    }

    /// Past every trigger.
    fn plant(&self, sql: &str) {
        let connection = rusqlite::Connection::open(self.data.join("hub.db")).unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.execute_batch(sql).unwrap();
    }
}

#[tokio::test]
async fn a_healthy_folder_is_well_and_nothing_in_it_changes() {
    let patient = patient().await;
    let (is_well, text) = patient.doctor(&[]);
    assert!(is_well && text.lines().count() == 13 && text.lines().all(|line| line.starts_with("ok ")), "{text}");
    assert!(patient.doctor(&["--quick"]).1.contains("1 have their length (not read: --quick)"));
    assert!(!text.contains("CONTOH") && !text.contains("9901015205"), "no personal data: {text}");
    let nowhere = patient.data.join("nowhere");
    let mut command = Command::new(env!("CARGO_BIN_EXE_payung-hub"));
    assert_eq!(command.arg("doctor").arg("--data").arg(&nowhere).output().unwrap().status.code(), Some(1));
    assert!(!nowhere.exists());
}

#[tokio::test]
async fn a_clock_that_stands_before_what_was_written_is_found() {
    let patient = patient().await;
    let later = SystemTime::now() + Duration::from_secs(7200);
    std::fs::File::options().append(true).open(patient.data.join("hub.key")).unwrap().set_modified(later).unwrap();
    patient.assert_only("clock", "in the future", &[]);
}

#[tokio::test]
async fn entries_of_the_future_are_found() {
    let patient = patient().await;
    patient.plant("UPDATE device SET last_seen_at = 99999999999999");
    patient.assert_only("last entries", "in the future", &[]);
}

#[tokio::test]
async fn a_disk_without_room_is_found() {
    patient().await.assert_only("disk", "MiB free, fewer than", &["--least-free", "99999999999"]);
}

#[tokio::test]
async fn a_broken_file_is_found() {
    let patient = patient().await;
    patient.plant("PRAGMA journal_mode = DELETE");
    let path = patient.data.join("hub.db");
    let root: u32 = {
        let connection = rusqlite::Connection::open(&path).unwrap();
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'record_by_nik'";
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[(root as usize - 1) * 4096..][4000..4090].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let (is_well, text) = patient.doctor(&[]);
    assert!(!is_well && text.contains("WRONG  database: SQLite finds it broken"), "{text}");
    assert!(text.contains("restore a backup"), "{text}");
}

#[tokio::test]
async fn a_row_that_names_what_is_not_there_is_found() {
    let patient = patient().await;
    patient.plant("DELETE FROM device");
    patient.assert_only("references", "in record", &[]);
}

#[tokio::test]
async fn another_schema_is_found() {
    let patient = patient().await;
    patient.plant("DROP TRIGGER audit_keeps_rows");
    patient.assert_only("schema", "audit_keeps_rows", &[]);
    patient.plant("CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit BEGIN SELECT 1; END");
    patient.assert_only("schema", "audit_keeps_rows", &[]);
}

#[tokio::test]
async fn a_schema_of_another_version_is_found() {
    let patient = patient().await;
    patient.plant("PRAGMA user_version = 1");
    patient.assert_only("version", "the schema is version 1", &[]);
    patient.plant("PRAGMA user_version = 99");
    patient.assert_only("version", "the schema is version 99", &[]);
}

#[tokio::test]
async fn an_audit_that_was_rewritten_is_found() {
    let patient = patient().await;
    let keeps = "CREATE TRIGGER audit_keeps_text BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END";
    patient
        .plant(&format!("DROP TRIGGER audit_keeps_text; UPDATE audit SET actor = 'user:budi' WHERE seq = 2; {keeps}"));
    patient.assert_only("audit", "entry 2 is broken", &[]);
}

#[tokio::test]
async fn counts_that_are_not_what_a_count_says_are_found() {
    for plant in [
        "UPDATE tally SET undecided = undecided + 1 WHERE village <> ''",
        "DELETE FROM tally WHERE village = ''",
        "INSERT INTO tally (programme, village, taken) VALUES ('small', 'nowhere', 1)",
    ] {
        let patient = patient().await;
        patient.plant(plant);
        patient.assert_only("counts", "small/", &[]);
    }
}

#[tokio::test]
async fn a_photo_that_is_missing_or_damaged_or_of_no_row_is_found() {
    let patient = patient().await;
    let whole = std::fs::read(&patient.photo).unwrap();
    let mut damaged = whole.clone();
    damaged[1000] ^= 1;
    std::fs::write(&patient.photo, &damaged).unwrap();
    patient.assert_only("photos", "1 damaged", &[]);
    assert!(patient.doctor(&["--quick"]).0, "its length is right");
    std::fs::write(&patient.photo, &whole[..1000]).unwrap();
    patient.assert_only("photos", "1 damaged", &["--quick"]);
    std::fs::remove_file(&patient.photo).unwrap();
    patient.assert_only("photos", "1 missing", &["--quick"]);
    std::fs::write(&patient.photo, &whole).unwrap();
    let orphan = patient.photo.with_file_name(format!("{}.jpg", "0".repeat(62)));
    std::fs::write(&orphan, &whole).unwrap();
    assert!(patient.doctor(&[]).0, "its row may be about to be written");
    let earlier = SystemTime::now() - Duration::from_secs(7200);
    std::fs::File::options().append(true).open(&orphan).unwrap().set_modified(earlier).unwrap();
    patient.assert_only("photos", "1 of no row", &[]);
    // also where no photo ever lies
    std::fs::rename(&orphan, patient.data.join("photos/scan.jpg")).unwrap();
    patient.assert_only("photos", "photos/scan.jpg", &[]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_that_others_can_read_or_that_is_gone_is_found() {
    use std::os::unix::fs::PermissionsExt as _;
    let patient = patient().await;
    let key = patient.data.join("hub.key");
    let chmod = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    chmod(&key, 0o640);
    patient.assert_only("permissions", "hub.key", &[]);
    chmod(&key, 0o600);
    chmod(&patient.data, 0o755);
    patient.assert_only("permissions", "can look into", &[]);
    chmod(&patient.data, 0o700);
    std::fs::write(&key, "no key").unwrap();
    patient.assert_only("key", "is no key", &[]);
}
