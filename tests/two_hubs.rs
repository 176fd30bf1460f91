//! Two hub processes on one PostgreSQL and one folder, behind a proxy that knows nothing of either. One of them is killed
//! again and again while phones sync: nothing is lost, no place is given twice, the audit's chain holds. Runs where
//! `PAYUNG_TEST_POSTGRES` names a PostgreSQL: scripts/postgres.sh cargo test --test two_hubs
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod processes;

use processes::*;
use serde_json::Value;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const PHONES: usize = 3;
const PEOPLE: usize = 12;
const KILLS: usize = 8;

#[test]
fn one_of_two_hubs_is_killed_again_and_again_and_nothing_is_lost_or_given_twice() {
    let home = Arc::new(Home::new());
    let Some(schema) = &home.schema else {
        println!("not run: PAYUNG_TEST_POSTGRES names no PostgreSQL");
        return;
    };
    let mut hubs = [Hub::at(&home), Hub::at(&home)];
    hubs[0].run(&["village", "add", VILLAGE, "--programme", "demo"]);
    // both at once on an empty folder: one key
    std::thread::scope(|scope| hubs.iter_mut().for_each(|hub| drop(scope.spawn(|| hub.serve()))));
    let url = format!("http://{}", proxy([hubs[0].address, hubs[1].address]));
    let phones: Vec<Phone> = (0..PHONES)
        .map(|_| {
            let phone = Phone::new();
            let output = phone.pair(&url, &hubs[0].code_for(&url));
            assert!(output.status.success(), "{}", error(&output));
            phone.sync();
            phone
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let of_phone = |number: usize| {
        let rows: Vec<String> = (0..PEOPLE).map(|one| person(folder.path(), number * PEOPLE + one)).collect();
        let file = folder.path().join(format!("{number}.csv"));
        std::fs::write(&file, format!("{COLUMNS}\n{}\n", rows.join("\n"))).unwrap();
        file
    };
    let is_done =
        |report: &Value| report["failure"] == Value::Null && report["records_left"] == 0 && report["photos_left"] == 0;
    let killed = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for (number, phone) in phones.iter().enumerate() {
            let (file, killed) = (of_phone(number), &killed);
            scope.spawn(move || {
                let enrolled = phone.enrol(&file);
                assert!(enrolled.status.success(), "{}", error(&enrolled));
                // goes on as long as hubs die, and then until everything is through
                let through = (0..600).any(|_| {
                    let is_done = is_done(&phone.sync());
                    is_done && killed.load(Ordering::SeqCst) == KILLS
                });
                assert!(through, "it never got through: {}", phone.sync());
            });
        }
        for round in 0..KILLS {
            std::thread::sleep(Duration::from_millis(150 + 130 * (round as u64 % 5)));
            let hub = &mut hubs[round % 2];
            hub.kill();
            std::thread::sleep(Duration::from_millis(100));
            hub.serve();
            killed.fetch_add(1, Ordering::SeqCst);
        }
    });
    let lists: Vec<Value> = phones.iter().flat_map(Phone::list).collect();
    assert_eq!(lists.len(), PHONES * PEOPLE);
    // each by a signed receipt for exactly its bytes and photos
    let unsent = lists.iter().find(|row| row["state"] != "received" || row["photos_to_send"] != 0);
    assert!(unsent.is_none(), "{unsent:?}");
    let held = (PHONES * PEOPLE).to_string();
    assert_eq!(schema.psql("SELECT count(*) FROM record"), held);
    assert_eq!(schema.psql("SELECT count(*) FROM photo"), held);
    assert_eq!(schema.psql("SELECT count(*) FROM upload"), "0");
    let twice = "SELECT count(*) FROM (SELECT 1 FROM lease GROUP BY programme, place HAVING count(*) > 1) AS twice";
    assert_eq!(schema.psql(twice), "0", "of the places that all villages share");
    // the chain, the counts, the schema, and every photo by its bytes
    let doctor = hubs[0].run(&["doctor", "--least-free", "1"]);
    assert!(!doctor.contains("WRONG"), "{doctor}");
    assert!(hubs[0].run(&["audit", "verify"]).contains("entries fit together"));
}

/// Takes turns between the hubs, and where one does not answer asks the other.
fn proxy(hubs: [SocketAddr; 2]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for (turn, phone) in listener.incoming().enumerate() {
            let (Ok(phone), [first, second]) = (phone, [hubs[turn % 2], hubs[(turn + 1) % 2]]) else { continue };
            if let Ok(hub) = TcpStream::connect(first).or_else(|_| TcpStream::connect(second)) {
                pass(&phone, &hub);
                pass(&hub, &phone);
            }
        }
    });
    address
}

fn pass(from: &TcpStream, to: &TcpStream) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    std::thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
    });
}
