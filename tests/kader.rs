//! A village enrolled from a file by the `kader` example, against the real hub process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod processes;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use processes::*;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;

#[test]
fn a_village_of_250_is_enrolled_from_a_file_and_a_second_sync_sends_nothing() {
    let hub = Hub::start();
    let phone = Phone::paired(&hub);
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<String> = (0..250).map(|number| person(folder.path(), number)).collect();
    let output = phone.enrol(&people(folder.path(), &rows));
    assert!(output.status.success(), "{}", error(&output));
    assert_eq!(phone.list().iter().filter(|row| row["state"] == "queued").count(), 250);

    let report = phone.sync();
    assert_eq!(report["failure"], Value::Null, "{report}");
    assert_eq!((&report["records_sent"], &report["photos_sent"]), (&250.into(), &250.into()));
    assert_eq!(report["changes"], 0, "a receipt is no news from the office");
    let list = phone.list();
    assert!(list.iter().all(|row| row["state"] == "received" && row["photos_to_send"] == 0), "{:?}", list.first());
    assert_eq!(hub.metric("payung_photos "), 250.0);
    assert_eq!(hub.metric("payung_records{state=\"received\"}"), 250.0);

    let again = phone.sync();
    assert_eq!(
        (&again["records_sent"], &again["photos_sent"], &again["failure"]),
        (&0.into(), &0.into(), &Value::Null)
    );
}

#[test]
fn a_hub_that_is_down_a_wrong_token_and_a_login_page_leave_everything_queued_with_a_reason() {
    let mut hub = Hub::start();
    let phone = Phone::paired(&hub);
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<String> = (0..3).map(|number| person(folder.path(), number)).collect();
    assert!(phone.enrol(&people(folder.path(), &rows)).status.success());
    let all_queued = |phone: &Phone| phone.list().iter().all(|row| row["state"] == "queued");

    hub.kill();
    let report = phone.sync();
    assert_eq!(report["failure"], "no_signal", "{report}");
    assert_eq!(report["reason"], "no connection to the hub");
    assert!(all_queued(&phone));

    let portal = login_page(hub.address);
    let report = phone.sync();
    assert_eq!(report["failure"], "not_the_hub", "{report}");
    assert!(report["reason"].as_str().unwrap().contains("login page"));
    assert!(all_queued(&phone));
    portal.stop();

    hub.serve();
    let device = hub.run(&["device", "list"]);
    hub.run(&["device", "block", device.split_whitespace().next().unwrap()]);
    let report = phone.sync();
    assert_eq!(report["failure"], "token_unknown", "{report}");
    assert!(report["reason"].as_str().unwrap().contains("pair it again"));
    assert!(all_queued(&phone));

    // a new code, and all of it goes
    assert!(phone.pair(&hub.url(), &hub.code()).status.success());
    let report = phone.sync();
    assert_eq!((&report["records_sent"], &report["failure"]), (&3.into(), &Value::Null));
}

/// A Wi-Fi that answers every request with its own page, on the hub's address.
fn login_page(address: SocketAddr) -> LoginPage {
    let listener = TcpListener::bind(address).unwrap();
    let thread = std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let mut request = [0; 4096];
            if socket.read(&mut request).unwrap_or(0) == 0 {
                return;
            }
            let page = "<html>Selamat datang. Silakan login.</html>";
            write!(
                socket,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
                page.len()
            )
            .unwrap();
        }
    });
    LoginPage { address, thread }
}

struct LoginPage {
    address: SocketAddr,
    thread: std::thread::JoinHandle<()>,
}

impl LoginPage {
    fn stop(self) {
        drop(TcpStream::connect(self.address).unwrap()); // says nothing: the page ends
        self.thread.join().unwrap();
    }
}

#[test]
fn a_bad_row_is_named_with_what_to_mend_and_the_others_go_on() {
    let hub = Hub::start();
    let phone = Phone::paired(&hub);
    let folder = tempfile::tempdir().unwrap();
    let good = |number| person(folder.path(), number);
    let rows = [
        good(1),
        good(2).replace("9901020504859999", "990102O504859999"),
        good(3).replace("3.jpg", "missing.jpg"),
        "only,three,columns".to_owned(),
        good(4).replace("4.jpg", "letter.jpg"),
        good(5),
        good(5),
    ];
    std::fs::write(folder.path().join("letter.jpg"), "this is a letter and no photo").unwrap();
    let output = phone.enrol(&people(folder.path(), &rows));
    assert!(!output.status.success());
    let said = error(&output);
    let line = |number: u32| said.lines().find(|line| line.starts_with(&format!("line {number}:"))).map(str::to_owned);
    assert!(line(3).unwrap().contains("Karakter ke-7 bukan angka"), "{said}");
    assert!(line(4).unwrap().contains("photo can't be read"), "{said}");
    assert!(line(5).unwrap().contains("another number of columns"), "{said}");
    assert!(line(6).unwrap().contains("photo"), "{said}");
    assert!(line(8).unwrap().contains("enrolled already"), "{said}");
    assert!(line(2).is_none() && line(7).is_none(), "{said}");
    assert!(!said.contains("Contoh") && !said.contains("9999"), "no name and no NIK in an error: {said}");
    assert_eq!(phone.list().len(), 2, "bad rows leave no half records");
}

#[test]
fn a_used_code_pairs_nothing() {
    let hub = Hub::start();
    let code = hub.code();
    assert!(Phone::new().pair(&hub.url(), &code).status.success());
    let second = Phone::new();
    let output = second.pair(&hub.url(), &code);
    assert!(!output.status.success());
    assert!(error(&output).contains("used already"), "{}", error(&output));
    assert!(!second.store.path().join("store").exists());
}

#[test]
fn a_full_phone_says_so_and_keeps_what_it_has_confirmed() {
    let hub = Hub::start();
    let phone = Phone::paired(&hub);
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<String> = (0..40).map(|number| person(folder.path(), number)).collect();
    let file = people(folder.path(), &rows);
    let saved = |output: &std::process::Output| -> Vec<String> {
        let lines = String::from_utf8(output.stdout.clone()).unwrap();
        let ids = lines
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok()?["saved"].as_str().map(str::to_owned));
        ids.collect()
    };
    // no file may grow beyond 400 kB: to the database that is a full disk
    let enrol = phone.command(&["enrol", file.to_str().unwrap()]);
    let mut full = Command::new("sh");
    full.args(["-c", "trap '' XFSZ; ulimit -f 800; exec \"$0\" \"$@\""])
        .arg(enrol.get_program())
        .args(enrol.get_args());
    let output = full.output().unwrap();
    let confirmed = saved(&output);
    assert!(!output.status.success() && !confirmed.is_empty() && confirmed.len() < 40, "{} saved", confirmed.len());
    let list = phone.list();
    let known: Vec<&str> =
        list.iter().filter(|row| row["state"] == "queued").map(|row| row["id"].as_str().unwrap()).collect();
    assert!(confirmed.iter().all(|id| known.contains(&id.as_str())), "a confirmed record is gone");

    // there is room again: the others are enrolled, nobody twice, and all of it goes
    let again = saved(&phone.enrol(&file)).len();
    assert_eq!(known.len() + again, 40);
    let report = phone.sync();
    assert_eq!(
        (&report["failure"], &report["records_left"], &report["photos_left"]),
        (&Value::Null, &0.into(), &0.into())
    );
    assert_eq!(hub.metric("payung_records{state=\"received\"}"), 40.0);
}

#[test]
fn what_a_phone_hands_over_reaches_the_hub_once_whoever_brings_it_and_the_receipts_come_back() {
    let hub = Hub::start();
    let (stuck, carrier) = (Phone::paired(&hub), Phone::paired(&hub));
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<String> = (0..5).map(|number| person(folder.path(), number)).collect();
    assert!(stuck.enrol(&people(folder.path(), &rows)).status.success());
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let said = |phone: &Phone, arguments: &[&str]| -> Value {
        let output = phone.kader(arguments);
        assert!(output.status.success(), "{}", error(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    said(&stuck, &["pack", &file("titipan")]);
    let sealed = std::fs::read(file("titipan")).unwrap();
    for secret in ["Contoh", "CONTOH", "0504859999", "Dusun"] {
        let is_there = sealed.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!is_there, "whoever carries the file can read {secret}");
    }
    assert!(stuck.list().iter().all(|row| row["state"] == "queued"), "handed over is not sent");

    // one parcel of text, five with a photo; the same file twice is no more
    assert_eq!(said(&carrier, &["carry", &file("titipan")])["new_parcels"], 6);
    assert_eq!(said(&carrier, &["carry", &file("titipan")])["new_parcels"], 0);
    let report = carrier.sync();
    assert_eq!((&report["failure"], &report["records_sent"]), (&Value::Null, &0.into()), "{report}");
    assert_eq!(hub.metric("payung_records{state=\"received\"}"), 5.0);
    assert_eq!(hub.metric("payung_photos "), 5.0);
    assert!(carrier.list().is_empty(), "the carrier has none of it");

    // the answers come back without a signal
    said(&carrier, &["answers", &file("kuitansi")]);
    assert_eq!(said(&stuck, &["hear", &file("kuitansi")])["answers_for_this_phone"], 6);
    assert!(
        stuck.list().iter().all(|row| row["state"] == "received" && row["photos_to_send"] == 0),
        "{:?}",
        stuck.list()
    );
    // and one that is not the hub's word changes nothing
    let (beginning, mut json) = (b"PAYUNG KUITANSI 1\n".to_vec(), String::new());
    let packed = std::fs::read(file("kuitansi")).unwrap();
    GzDecoder::new(&packed[beginning.len()..]).read_to_string(&mut json).unwrap();
    assert!(json.contains("\\\"version\\\":1"), "{json}");
    let mut forged = GzEncoder::new(beginning, Compression::fast());
    forged.write_all(json.replace("\\\"version\\\":1", "\\\"version\\\": 1").as_bytes()).unwrap();
    std::fs::write(file("forged"), forged.finish().unwrap()).unwrap();
    assert_eq!(said(&stuck, &["hear", &file("forged")])["answers_for_this_phone"], 0);

    // a phone that finds a signal after all sends nothing twice; neither does a second carrier
    let late = Phone::paired(&hub);
    said(&late, &["carry", &file("titipan")]);
    assert_eq!(late.sync()["failure"], Value::Null);
    let report = stuck.sync();
    assert_eq!((&report["records_sent"], &report["photos_sent"]), (&0.into(), &0.into()));
    assert_eq!(hub.metric("payung_records{state=\"received\"}"), 5.0);

    // what is no such file is named
    std::fs::write(file("letter"), "a letter").unwrap();
    assert!(error(&carrier.kader(&["carry", &file("letter")])).contains("no whole file of Payung"));
}

/// The worst day of an office: the disk is gone, and last night's backup knows nothing of today.
#[test]
fn a_hub_that_was_restored_gets_again_what_its_phones_had_sent_since_the_backup() {
    // a backup of PostgreSQL is its own: docs/hub.md
    let mut hub = Hub::start_in(Home::on_a_file());
    let phone = Phone::paired(&hub);
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<String> = (0..6).map(|number| person(folder.path(), number)).collect();
    assert!(phone.enrol(&people(folder.path(), &rows[..2])).status.success());
    assert_eq!(phone.sync()["failure"], Value::Null);
    let backup = folder.path().join("backup");
    hub.run(&["backup", backup.to_str().unwrap()]);
    assert!(phone.enrol(&people(folder.path(), &rows[2..])).status.success());
    let report = phone.sync();
    assert_eq!((&report["records_sent"], &report["photos_left"]), (&4.into(), &0.into()));
    assert!(phone.list().iter().all(|row| row["state"] == "received"), "the phone has nothing left to say");

    hub.kill();
    hub.home = std::sync::Arc::new(Home::on_a_file());
    hub.run(&["restore", backup.to_str().unwrap()]);
    hub.serve();
    assert_eq!(hub.metric("payung_records{state=\"received\"}"), 2.0);
    let report = phone.sync();
    assert_eq!(report["failure"], Value::Null);
    assert_eq!(hub.metric("payung_records{state=\"received\"}"), 6.0);
    assert_eq!(hub.metric("payung_photos "), 6.0);
    let report = phone.sync();
    assert_eq!((&report["records_sent"], &report["photos_sent"]), (&0.into(), &0.into()), "once is enough");
    assert!(phone.list().iter().all(|row| row["state"] == "received" && row["photos_to_send"] == 0));
}

#[test]
fn a_parcel_for_another_hub_is_kept_and_blocks_nothing() {
    let (hub, other) = (Hub::start(), Hub::start());
    let (stuck, carrier) = (Phone::paired(&other), Phone::paired(&hub));
    let folder = tempfile::tempdir().unwrap();
    let rows = [person(folder.path(), 1)];
    assert!(stuck.enrol(&people(folder.path(), &rows)).status.success());
    let file = folder.path().join("titipan");
    assert!(stuck.kader(&["pack", file.to_str().unwrap()]).status.success());
    assert!(carrier.kader(&["carry", file.to_str().unwrap()]).status.success());
    let rows = [person(folder.path(), 2)];
    assert!(carrier.enrol(&people(folder.path(), &rows)).status.success());
    let report = carrier.sync();
    assert_eq!(
        (&report["failure"], &report["records_sent"], &report["photos_sent"]),
        (&Value::Null, &1.into(), &1.into())
    );
    assert_eq!(hub.metric("payung_records{state=\"received\"}"), 1.0);
    assert_eq!(stuck.sync()["records_sent"], 1, "it is still where it was");
}
