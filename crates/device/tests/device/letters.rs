//! Reports of irregularities: from any phone, sealed, once, and gone from the phone when the office has them.

use crate::support::{Phone, TestHub, Weather};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use payung_device::{Clock as _, Delay, LetterError, OfficeLink, SyncFailure, Told};
use payung_domain::irregularity::Kind;

fn told(words: &str) -> Told {
    Told { kind: Kind::Money, village: "35.22.28.2004".parse().ok(), words: words.into(), contact: String::new() }
}

/// Everything that lies in the app's folder, and what stands in its letters in base64.
fn bytes_of(folder: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        bytes.extend(if path.is_dir() { bytes_of(&path) } else { std::fs::read(&path).unwrap() });
        if path.extension().is_some_and(|name| name == "letter") {
            bytes.extend(content_of(&path));
        }
    }
    bytes
}

fn content_of(letter: &std::path::Path) -> Vec<u8> {
    let letter: serde_json::Value = serde_json::from_slice(&std::fs::read(letter).unwrap()).unwrap();
    STANDARD.decode(letter["content"].as_str().unwrap()).unwrap()
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn a_report_without_a_signal_goes_once_when_it_returns_and_without_the_phones_name() {
    let phone = Phone::paired().await;
    phone.device.lock();
    phone.hub.set(Weather::NoSignal);
    let id = phone.device.report(told("Diminta uang rokok.")).await.unwrap();
    assert_eq!(phone.device.send_reports().await, Err(SyncFailure::NoSignal));
    phone.hub.set(Weather::AnswersLost);
    assert_eq!(phone.device.send_reports().await, Err(SyncFailure::Interrupted));
    assert_eq!(phone.device.reports_waiting().await.unwrap().len(), 1, "only a receipt takes it from the phone");
    phone.hub.set(Weather::Fine);
    assert_eq!(phone.device.send_reports().await, Ok(1));
    assert_eq!(phone.device.send_reports().await, Ok(0));
    assert!(phone.device.reports_waiting().await.unwrap().is_empty());
    let state = phone.hub.state();
    assert_eq!(state.reports.len(), 2, "the answer to the first was lost");
    for (report, headers) in &state.reports {
        assert_eq!((report.id, report.words.as_str()), (id, "Diminta uang rokok."));
        assert!(!headers.contains(&"authorization"), "{headers:?}");
    }
}

#[tokio::test]
async fn what_is_written_can_be_read_by_nobody_who_takes_the_phone() {
    let phone = Phone::paired().await;
    phone.hub.set(Weather::NoSignal);
    let id = phone.device.report(told("Pak Contoh meminta uang.")).await.unwrap();
    let bytes = bytes_of(phone.folder.path());
    assert!(!holds(&bytes, b"Pak Contoh") && !holds(&bytes, b"secret-token"));
    // had it not been sealed it would have been found
    let file = phone.folder.path().join(format!("letters/{id}.letter"));
    let mut letter: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert!(content_of(&file).len() > 1000, "the letter, and not a part of it");
    letter["content"] = STANDARD.encode(r#"{"words":"Pak Contoh meminta uang."}"#).into();
    std::fs::write(&file, letter.to_string()).unwrap();
    assert!(holds(&bytes_of(phone.folder.path()), b"Pak Contoh"));
    // sealed at once: there is no key on this phone that opens it
    assert!(!phone.folder.path().join("letters/key").exists());
}

#[tokio::test]
async fn a_phone_that_belongs_to_nobody_reports_to_an_office_that_was_scanned_or_typed() {
    let phone = Phone::fresh(TestHub::new());
    assert!(matches!(phone.device.report(told("Uang")).await, Err(LetterError::NoOffice)));
    phone.device.meet_office(OfficeLink::typed("https://hub.test").unwrap()).await.unwrap();
    phone.hub.set(Weather::NoSignal);
    phone.device.report(told("Bu Contoh menahan kartu.")).await.unwrap();
    assert!(
        !holds(&bytes_of(phone.folder.path()), b"Bu Contoh"),
        "under a key of the folder until the office is heard"
    );
    phone.hub.set(Weather::LoginPage);
    assert_eq!(phone.device.send_reports().await, Err(SyncFailure::NotTheHub));
    phone.hub.set(Weather::Fine);
    assert_eq!(phone.device.send_reports().await, Ok(1));
    assert_eq!(phone.hub.state().reports[0].0.words, "Bu Contoh menahan kartu.");
    let office = phone.device.office().await.unwrap();
    assert_eq!(office.hub_name, "Disnaker");
    // from now on a report is sealed without a signal
    let key = office.hub_key;
    let link = OfficeLink::parse(&format!("payung://office?hub=https%3A%2F%2Fhub.test&key={key}")).unwrap();
    phone.device.meet_office(link).await.unwrap();
    phone.device.report(told("Lagi.")).await.unwrap();
    assert_eq!(phone.device.send_reports().await, Ok(1));
}

#[tokio::test]
async fn a_receipt_that_the_office_has_not_signed_counts_for_nothing() {
    let phone = Phone::paired().await;
    phone.device.report(told("Uang.")).await.unwrap();
    for weather in [Weather::LoginPage, Weather::BadGateway] {
        phone.hub.set(weather);
        assert!(phone.device.send_reports().await.is_err());
        assert_eq!(phone.device.reports_waiting().await.unwrap().len(), 1, "{weather:?}");
    }
    // another hub can't open it: it is kept, and said to be unreadable there
    phone.hub.set(Weather::WrongHub);
    assert_eq!(phone.device.send_reports().await, Ok(0));
    let waiting = phone.device.reports_waiting().await.unwrap();
    assert_eq!(waiting[0].delay, Delay::Refused);
    assert!(!phone.device.has_arrived(waiting[0].id));
    phone.device.forget_report(waiting[0].id).await.unwrap();
    assert!(phone.device.reports_waiting().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_report_survives_the_end_of_the_app_and_a_torn_file_blocks_no_other() {
    let phone = Phone::paired().await;
    phone.hub.set(Weather::NoSignal);
    phone.device.report(told("Pertama.")).await.unwrap();
    let phone = phone.killed().await;
    std::fs::write(phone.folder.path().join("letters/00.letter"), b"{").unwrap();
    phone.hub.set(Weather::Fine);
    assert_eq!(phone.device.send_reports().await, Ok(1));
    assert_eq!(phone.hub.state().reports[0].0.words, "Pertama.");
}

#[tokio::test]
async fn a_report_needs_words() {
    let phone = Phone::paired().await;
    assert!(matches!(phone.device.report(told("  \n")).await, Err(LetterError::Empty)));
}

#[tokio::test]
async fn a_report_has_arrived_when_the_office_has_signed_for_it_and_not_because_nothing_waits() {
    let phone = Phone::paired().await;
    phone.hub.set(Weather::NoSignal);
    let id = phone.device.report(told("Uang.")).await.unwrap();
    assert!(!phone.device.has_arrived(id));
    phone.device.send_reports().await.unwrap_err();
    assert!(!phone.device.has_arrived(id));
    phone.hub.set(Weather::Fine);
    phone.device.send_reports().await.unwrap();
    assert!(phone.device.has_arrived(id));
    let taken_back = phone.device.report(told("Salah tulis.")).await.unwrap();
    phone.device.forget_report(taken_back).await.unwrap();
    assert!(phone.device.reports_waiting().await.unwrap().is_empty() && !phone.device.has_arrived(taken_back));
}

#[tokio::test]
async fn a_report_that_waits_says_why() {
    let phone = Phone::fresh(TestHub::new());
    phone.device.meet_office(OfficeLink::typed("hub.test").unwrap()).await.unwrap();
    let id = phone.device.report(told("Uang.")).await.unwrap();
    let at = phone.clock.now();
    let unheard = Some("https://hub.test".to_owned());
    let waiting = phone.device.reports_waiting().await.unwrap();
    assert_eq!((waiting[0].id, waiting[0].delay, &waiting[0].unheard), (id, Delay::Turn, &unheard));
    for (weather, failure) in [
        (Weather::NoSignal, SyncFailure::NoSignal),
        (Weather::LoginPage, SyncFailure::NotTheHub),
        (Weather::BadGateway, SyncFailure::HubTrouble(502)),
    ] {
        phone.hub.set(weather);
        assert_eq!(phone.device.send_reports().await, Err(failure));
        let waiting = phone.device.reports_waiting().await.unwrap();
        assert_eq!((waiting[0].delay, &waiting[0].unheard), (Delay::Failed { failure, at }, &unheard));
    }
    assert!(!phone.device.is_sending_reports());
}

#[tokio::test]
async fn a_report_to_a_mistyped_address_goes_to_the_right_one_and_so_does_the_next() {
    let phone = Phone::fresh(TestHub::new());
    phone.hub.set(Weather::NoSignal);
    phone.device.meet_office(OfficeLink::typed("hub.tset").unwrap()).await.unwrap();
    let typed = phone.device.report(told("Pertama.")).await.unwrap();
    assert_eq!(phone.device.send_reports().await, Err(SyncFailure::NoSignal));
    let right = OfficeLink::typed("hub.test").unwrap();
    phone.device.readdress_reports("https://hub.tset".into(), right).await.unwrap();
    let waiting = phone.device.reports_waiting().await.unwrap();
    assert_eq!((waiting[0].delay, waiting[0].unheard.as_deref()), (Delay::Turn, Some("https://hub.test")));
    assert_eq!(phone.device.office().await.unwrap().hub_url, "https://hub.test");
    phone.hub.set(Weather::Fine);
    assert_eq!(phone.device.send_reports().await, Ok(1));
    assert!(phone.device.has_arrived(typed));
    assert_eq!(phone.hub.state().reports[0].0.words, "Pertama.");
    // an office that was heard stays known when its address is typed once more
    phone.device.meet_office(OfficeLink::typed("hub.test").unwrap()).await.unwrap();
    assert_eq!(phone.device.office().await.unwrap().hub_name, "Disnaker");
}

#[tokio::test]
async fn a_scanned_code_seals_what_waits_for_a_mistyped_address_and_nothing_that_is_sealed_moves() {
    let phone = Phone::fresh(TestHub::new());
    phone.hub.set(Weather::NoSignal);
    phone.device.meet_office(OfficeLink::typed("hub.tset").unwrap()).await.unwrap();
    phone.device.report(told("Pertama.")).await.unwrap();
    let key = hex::encode(ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key().as_bytes());
    let code = OfficeLink::parse(&format!("payung://office?hub=https%3A%2F%2Fhub.test&key={key}")).unwrap();
    phone.device.readdress_reports("https://hub.tset".into(), code).await.unwrap();
    assert_eq!(phone.device.reports_waiting().await.unwrap()[0].unheard, None, "sealed without a signal");
    let elsewhere = OfficeLink::typed("elsewhere.test").unwrap();
    phone.device.readdress_reports("https://hub.test".into(), elsewhere).await.unwrap();
    phone.hub.set(Weather::Fine);
    assert_eq!(phone.device.send_reports().await, Ok(1));
    assert_eq!(phone.hub.state().reports[0].0.words, "Pertama.");
}

#[tokio::test]
async fn a_damaged_report_is_said_to_be_so_and_can_be_removed() {
    let phone = Phone::paired().await;
    let id = phone.device.report(told("Uang.")).await.unwrap();
    std::fs::write(phone.folder.path().join(format!("letters/{id}.letter")), b"{").unwrap();
    assert_eq!(phone.device.send_reports().await, Ok(0));
    let waiting = phone.device.reports_waiting().await.unwrap();
    assert_eq!((waiting[0].id, waiting[0].delay), (id, Delay::Damaged));
    assert!(!phone.device.has_arrived(id));
    phone.device.forget_report(id).await.unwrap();
    assert!(phone.device.reports_waiting().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_folder_that_cant_be_read_is_trouble_and_no_empty_queue() {
    let phone = Phone::fresh(TestHub::new());
    std::fs::write(phone.folder.path().join("letters"), b"no folder").unwrap();
    assert!(phone.device.reports_waiting().await.is_err());
    assert_eq!(phone.device.send_reports().await, Err(SyncFailure::Phone));
}
