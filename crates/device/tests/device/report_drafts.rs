//! A report that is being written: nothing of it is lost, and nobody reads it who should not.

use crate::support::{Phone, TestHub, Weather, pin};
use payung_device::{OfficeLink, ReportDraft, Told};
use payung_domain::irregularity::Kind;
use std::path::Path;

fn written(words: &str) -> ReportDraft {
    ReportDraft {
        kind: Some(Kind::Money),
        village: "35.22.28.2004".parse().ok(),
        words: words.into(),
        contact: "0812".into(),
        address: "hub.test".into(),
    }
}

fn told(words: &str) -> Told {
    Told { kind: Kind::Money, village: None, words: words.into(), contact: String::new() }
}

/// The files among the letters that this name begins.
fn files(folder: &Path, name: &str) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder.join("letters")).into_iter().flatten().map(|entry| entry.unwrap());
    let named = entries.filter(|entry| entry.file_name().to_str().unwrap().starts_with(name));
    named.map(|entry| std::fs::read(entry.path()).unwrap()).collect()
}

#[tokio::test]
async fn what_was_typed_is_there_after_the_app_was_killed_and_no_file_shows_it() {
    let phone = Phone::paired().await;
    phone.device.lock();
    assert!(phone.device.report_draft().await.unwrap().is_empty());
    let draft = written("Pak Contoh meminta uang.");
    phone.device.keep_report_draft(&draft).unwrap();
    let lengths: Vec<_> = files(phone.folder.path(), "draft").iter().map(Vec::len).collect();
    for bytes in files(phone.folder.path(), "draft") {
        assert!(!bytes.windows(10).any(|window| window == b"Pak Contoh"));
    }
    let phone = phone.killed().await;
    phone.device.lock();
    assert_eq!(phone.device.report_draft().await.unwrap(), draft);
    phone.device.keep_report_draft(&written("Uang.")).unwrap();
    assert_eq!(files(phone.folder.path(), "draft").iter().map(Vec::len).collect::<Vec<_>>(), lengths);
}

#[tokio::test]
async fn a_draft_goes_when_its_report_is_written_or_its_form_is_empty() {
    let phone = Phone::fresh(TestHub::new());
    phone.device.keep_report_draft(&written("Uang.")).unwrap();
    phone.device.keep_report_draft(&ReportDraft::default()).unwrap();
    assert!(files(phone.folder.path(), "draft").is_empty(), "neither draft nor key");
    phone.device.keep_report_draft(&written("Uang rokok.")).unwrap();
    phone.device.meet_office(OfficeLink::typed("hub.test").unwrap()).await.unwrap();
    phone.hub.set(Weather::NoSignal);
    phone.device.report(told("Uang rokok.")).await.unwrap();
    assert!(files(phone.folder.path(), "draft").is_empty());
    assert!(phone.device.report_draft().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_report_that_was_not_written_leaves_its_draft() {
    let phone = Phone::fresh(TestHub::new());
    phone.device.keep_report_draft(&written("Uang.")).unwrap();
    phone.device.report(told("Uang.")).await.unwrap_err();
    assert_eq!(phone.device.report_draft().await.unwrap().words, "Uang.");
}

#[tokio::test]
async fn what_was_written_behind_the_pin_is_not_read_before_it() {
    let phone = Phone::paired().await;
    phone.device.keep_report_draft(&written("Kepala desa.")).unwrap();
    phone.device.lock();
    assert!(phone.device.report_draft().await.unwrap().is_empty());
    assert!(files(phone.folder.path(), "draft").is_empty());
    // somebody else begins one before the PIN; each finds their own
    phone.device.keep_report_draft(&written("Kader.")).unwrap();
    phone.device.unlock(pin()).await.unwrap();
    assert_eq!(phone.device.report_draft().await.unwrap().words, "Kepala desa.");
    phone.device.report(told("Kepala desa.")).await.unwrap();
    assert_eq!(phone.device.report_draft().await.unwrap().words, "Kader.");
    phone.device.lock();
    assert_eq!(phone.device.report_draft().await.unwrap().words, "Kader.");
}

#[tokio::test]
async fn what_was_begun_before_the_pin_goes_on_behind_it() {
    let phone = Phone::paired().await;
    phone.device.lock();
    phone.device.keep_report_draft(&written("Uang")).unwrap();
    phone.device.unlock(pin()).await.unwrap();
    assert_eq!(phone.device.report_draft().await.unwrap().words, "Uang");
    phone.device.keep_report_draft(&written("Uang rokok.")).unwrap();
    let phone = phone.killed().await;
    assert_eq!(phone.device.report_draft().await.unwrap().words, "Uang rokok.");
    phone.device.lock();
    assert!(phone.device.report_draft().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_draft_whose_key_is_lost_or_torn_is_gone_and_stops_no_other() {
    let phone = Phone::fresh(TestHub::new());
    for torn in [None, Some(b"torn")] {
        phone.device.keep_report_draft(&written("Uang.")).unwrap();
        let key = phone.folder.path().join("letters/draft-key");
        match torn {
            Some(bytes) => std::fs::write(key, bytes).unwrap(),
            None => std::fs::remove_file(key).unwrap(),
        }
        assert!(phone.device.report_draft().await.unwrap().is_empty());
        phone.device.keep_report_draft(&written("Lagi.")).unwrap();
        assert_eq!(phone.device.report_draft().await.unwrap().words, "Lagi.");
    }
}
