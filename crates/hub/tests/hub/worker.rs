//! A worker opens their card: what opens it and what does not, what a guess costs, and what the logs hold.

use crate::people::kpj;
use crate::world::{Answer, Phone, VILLAGE, World, enrolment, id, push_of};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::SignedDuration;
use jiff::civil::date;
use payung_domain::Field;
use payung_domain::state::{Comment, RejectReason, State};
use payung_domain::worker::CardResponse;
use payung_domain::worker_key::WorkerKey;
use payung_hub::decision::{Verdict, decide};
use payung_hub::ending::{Note, note};
use payung_hub::guess::{OF_ADDRESS, OF_ALL, OF_NUMBER, OF_NUMBER_FOR_LONG};
use payung_hub::store::{card, record};
use payung_hub::{HubError, Settings};
use serde_json::json;

pub fn key(number: u8) -> WorkerKey {
    WorkerKey::from_bytes([number; 16])
}

fn printed(number: u8) -> String {
    key(number).hash().number().to_string()
}

/// As long as a card takes it.
const NAME: &str = "CONTOH AHMAD SUPARMAN WIRYO KUSUMO ADININGRAT";

/// A village with somebody enrolled, whose heir is called CONTOH WARIS.
async fn enrolled(world: &World, number: u8) -> Phone {
    let phone = world.pair(VILLAGE).await;
    let mut one = enrolment(number);
    one.worker_key = Some(key(number).hash());
    one.identity.name = NAME.into();
    world.push(&phone, vec![push_of(number, 1, &one)]).await;
    phone
}

fn verdict(world: &World, number: u8, verdict: Verdict) {
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap();
    decide(&world.hub, id(number), row.change_seq, verdict, "user:sari").unwrap();
}

fn cover(world: &World, number: u8) {
    verdict(world, number, Verdict::Approve);
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap();
    let covered = Note::Covered { kpj: kpj(), from: date(2026, 11, 1), until: date(2027, 10, 31) };
    note(&world.hub, id(number), row.change_seq, covered, "user:sari").unwrap();
}

/// The text of the card that the hub has signed.
fn card_of(world: &World, number: u8) -> String {
    let held = world.hub.store.read::<_, HubError>(|c| Ok(card::held_by(c, id(number))?)).unwrap();
    held.unwrap().body
}

/// From an address of its own, as a proxy tells it.
async fn ask(world: &World, by: serde_json::Value, address: &str) -> Answer {
    let body = json!({"version": 1, "nonce": "n", "by": by}).to_string();
    let call = Request::post("/v1/card").header("content-type", "application/json").header("x-forwarded-for", address);
    world.call(call.body(Body::from(body)).unwrap()).await
}

fn by_key(number: u8) -> serde_json::Value {
    json!({"by": "key", "key": key(number)})
}

fn by_number(number: &str, heir: &str) -> serde_json::Value {
    json!({"by": "number", "number": number, "heir": heir})
}

fn behind_proxy() -> World {
    World::with(Settings { undo_seconds: 0, is_behind_proxy: true, ..Settings::default() })
}

async fn page(world: &World, number: &str, heir: &str, address: &str) -> Answer {
    let form = format!("nomor={number}&ahli_waris={heir}");
    let call = Request::post("/kartu").header("content-type", crate::browser::FORM).header("x-forwarded-for", address);
    world.call(call.body(Body::from(form)).unwrap()).await
}

#[tokio::test]
async fn the_key_alone_opens_the_card_and_so_does_the_number_with_the_heirs_first_name() {
    let world = World::new();
    enrolled(&world, 1).await;
    cover(&world, 1);
    let card = card_of(&world, 1);
    for by in [by_key(1), by_number(&printed(1).to_lowercase(), " contoh ")] {
        let answer = ask(&world, by, "1.1.1.1").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        world.assert_signed("/v1/card", &answer);
        let told: CardResponse = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!((told.name.as_str(), told.masked_nik.as_str()), (NAME, "990101••••••9001"));
        assert_eq!((told.hub_key, told.card), (world.hub.key.public_hex(), Some(card.clone())));
        let states: Vec<_> = told.steps.iter().map(|step| step.state.key()).collect();
        assert_eq!(states, ["received", "verified", "placed", "active"]);
        assert!(!answer.text().contains(enrolment(1).identity.nik.digits()));
    }
}

#[tokio::test]
async fn what_the_office_wrote_to_the_kader_is_not_told() {
    let world = World::new();
    enrolled(&world, 1).await;
    enrolled(&world, 2).await;
    verdict(&world, 1, Verdict::Return(vec![Comment { field: Field::Name, text: "RAHASIA".into() }]));
    verdict(&world, 2, Verdict::Reject(RejectReason::Other, "RAHASIA".into()));
    let last = async |number| {
        let answer = ask(&world, by_key(number), "1.1.1.1").await;
        assert!(!answer.text().contains("RAHASIA"));
        serde_json::from_slice::<CardResponse>(&answer.body).unwrap().steps.pop().unwrap().state
    };
    assert_eq!(last(1).await, State::NeedsCorrection { comments: Vec::new() });
    assert_eq!(last(2).await, State::Rejected { reason: RejectReason::Other, words: String::new() });
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same() {
    let world = behind_proxy();
    enrolled(&world, 1).await;
    let (nik, hash) = (enrolment(1).identity.nik, key(1).hash().to_string());
    let mut answers = Vec::new();
    for (place, by) in [
        by_key(9),
        json!({"by": "key", "key": hash}),
        by_number(&printed(1), "SALAH"),
        by_number(&printed(1), ""),
        by_number(&printed(9), "CONTOH"),
        by_number(&printed(1), nik.digits()),
        by_number(&printed(1), "1984-05-12"),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = ask(&world, by, &format!("1.1.1.{place}")).await;
        answers.push((answer.status, answer.text()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.0 == StatusCode::NOT_FOUND), "{answers:?}");
}

#[tokio::test]
async fn five_wrong_names_in_a_day_lock_a_number_for_right_ones_too_but_not_its_key() {
    let world = behind_proxy();
    enrolled(&world, 1).await;
    for (what, number) in [("one that exists", printed(1)), ("one that does not", printed(9))] {
        for turn in 0..OF_NUMBER.most {
            let answer = ask(&world, by_number(&number, "SALAH"), &format!("1.1.{turn}.1")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
        }
        let locked = ask(&world, by_number(&number, "CONTOH"), "1.1.9.1").await;
        assert_eq!((locked.status, locked.error().as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many"), "{what}");
        assert_eq!(locked.header("retry-after"), "86400", "{what}");
    }
    assert_eq!(page(&world, &printed(1), "CONTOH", "2.2.2.2").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ask(&world, by_key(1), "1.1.1.1").await.status, StatusCode::OK);
    world.pass(SignedDuration::from_hours(24));
    assert_eq!(ask(&world, by_number(&printed(1), "CONTOH"), "1.1.9.1").await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_comes_back_each_day_is_locked_out_for_a_quarter_of_a_year() {
    let world = behind_proxy();
    enrolled(&world, 1).await;
    for day in 0..OF_NUMBER_FOR_LONG.most / OF_NUMBER.most {
        for _ in 0..OF_NUMBER.most {
            let answer = page(&world, &printed(1), "SALAH", &format!("1.1.{day}.1")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
        world.pass(SignedDuration::from_hours(24));
    }
    let answer = ask(&world, by_number(&printed(1), "CONTOH"), "1.1.1.1").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    world.pass(SignedDuration::from_hours(i64::from(OF_NUMBER_FOR_LONG.hours)));
    assert_eq!(ask(&world, by_number(&printed(1), "CONTOH"), "1.1.1.1").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_address_and_all_of_them_together_are_counted_over_every_number() {
    let world = behind_proxy();
    enrolled(&world, 1).await;
    let wrong =
        |n: u32| WorkerKey::from_bytes([&n.to_be_bytes()[..], &[0; 12]].concat().try_into().unwrap()).hash().number();
    for n in 0..OF_ADDRESS.most {
        assert_eq!(
            ask(&world, by_number(&wrong(n).to_string(), "SITI"), "1.1.1.1").await.status,
            StatusCode::NOT_FOUND
        );
    }
    let right = by_number(&printed(1), "CONTOH");
    assert_eq!(ask(&world, right.clone(), "1.1.1.1").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ask(&world, right.clone(), "2.2.2.2").await.status, StatusCode::OK, "the neighbour's line");
    // as many as fifteen addresses can try
    for n in OF_ADDRESS.most..15 * OF_ADDRESS.most {
        let answer =
            ask(&world, by_number(&wrong(n).to_string(), "SITI"), &format!("10.{}.{}.1", n / 200, n % 200)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(ask(&world, right.clone(), "3.3.3.3").await.status, StatusCode::OK, "a few can't shut it for everybody");
    let many = format!("UPDATE card_guess SET wrong = {} WHERE subject = 'all' AND wrong = 300", OF_ALL.most - 1);
    assert_eq!(world.hub.store.write::<_, HubError>(|t| Ok(t.execute(&many, [])?)).unwrap(), 1);
    assert_eq!(
        ask(&world, by_number(&wrong(9_999).to_string(), "SITI"), "4.4.4.4").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(ask(&world, right.clone(), "3.3.3.3").await.status, StatusCode::TOO_MANY_REQUESTS, "a hub-wide brake");
    assert_eq!(ask(&world, by_key(1), "3.3.3.3").await.status, StatusCode::OK, "whoever has the code is not held up");
    world.pass(SignedDuration::from_hours(i64::from(OF_ALL.hours)));
    assert_eq!(ask(&world, right, "1.1.1.1").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_number_that_is_nobodys_leaves_no_row_for_longer_than_a_day() {
    let world = behind_proxy();
    enrolled(&world, 1).await;
    let later = (world.now() + SignedDuration::from_hours(25)).as_millisecond();
    let kept = || {
        let sql = "SELECT count(*) FROM card_guess WHERE until_at > ?1";
        world.hub.store.read::<u32, HubError>(|c| Ok(c.query_row(sql, [later], |row| row.get(0))?)).unwrap()
    };
    for number in 10..22 {
        ask(&world, by_number(&printed(number), "SALAH"), "1.1.1.1").await;
    }
    assert_eq!(kept(), 1, "one for all of them, so that they take as long as others");
    ask(&world, by_number(&printed(1), "SALAH"), "1.1.1.1").await;
    assert_eq!(kept(), 2);
    // and that one locks nobody
    for number in 30..50 {
        ask(&world, by_number(&printed(number), "SALAH"), "2.2.2.2").await;
    }
    let answer = ask(&world, by_number(&printed(60), "SALAH"), "3.3.3.3").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_is_locked_out_hears_it_while_somebody_else_writes() {
    let world = behind_proxy();
    enrolled(&world, 1).await;
    for _ in 0..OF_NUMBER.most {
        ask(&world, by_number(&printed(1), "SALAH"), "1.1.1.1").await;
    }
    let (begun, has_begun) = std::sync::mpsc::channel();
    let (end, ends) = std::sync::mpsc::channel::<()>();
    let hub = std::sync::Arc::clone(&world.hub);
    let writer = std::thread::spawn(move || {
        let hold = |_: &payung_hub::store::sql::Transaction| {
            begun.send(()).unwrap();
            ends.recv().unwrap();
            Ok(())
        };
        hub.store.write::<_, HubError>(hold).unwrap();
    });
    has_begun.recv().unwrap();
    let locked = ask(&world, by_number(&printed(1), "CONTOH"), "2.2.2.2").await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    end.send(()).unwrap();
    writer.join().unwrap();
}

#[tokio::test]
async fn a_second_process_on_the_same_rows_counts_the_same() {
    let world = behind_proxy();
    enrolled(&world, 1).await;
    for _ in 0..OF_NUMBER.most {
        ask(&world, by_number(&printed(1), "SALAH"), "1.1.1.1").await;
    }
    let data = world.folder.path().join("data");
    let again = world.moved_to(&data);
    let answer = ask(&again, by_number(&printed(1), "CONTOH"), "2.2.2.2").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_flood_of_keys_is_slowed_per_address_before_its_body_is_read() {
    let world = behind_proxy();
    enrolled(&world, 1).await;
    for _ in 0..200 {
        assert_eq!(ask(&world, by_key(1), "1.1.1.1").await.status, StatusCode::OK, "right ones cost nothing");
    }
    let mut last = StatusCode::OK;
    for _ in 0..61 {
        last = ask(&world, by_key(9), "1.1.1.1").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ask(&world, by_key(1), "2.2.2.2").await.status, StatusCode::OK);
}

/// Cards of a regency, by the brief of its programme.
const CARDS: f64 = 200_000.0;
/// Share of the commonest first name among heirs: our assumption, taken high and not measured. An attacker begins with it.
const COMMONEST_NAME: f64 = 0.04;
/// Guesses at keys that a hub could answer in a second, if nothing but its processor slowed it.
const KEYS_A_SECOND: f64 = 10_000.0;
const HOURS_A_YEAR: f64 = 24.0 * 365.25;

#[test]
fn opening_one_card_by_guessing_takes_longer_than_anybody_has() {
    let numbers = 2_f64.powi(50);
    // a stranger: a number that is somebody's, and its heir's name; as many addresses as there are
    let tries_a_year = f64::from(OF_ALL.most) / f64::from(OF_ALL.hours) * HOURS_A_YEAR;
    let tries_for_a_number = numbers / CARDS;
    let by_number = tries_for_a_number / COMMONEST_NAME / tries_a_year;
    let one_address =
        tries_for_a_number / COMMONEST_NAME / (f64::from(OF_ADDRESS.most) / f64::from(OF_ADDRESS.hours) * HOURS_A_YEAR);
    // somebody who first finds out which numbers are somebody's: their count for long holds, and others' does not
    let by_long_count = tries_for_a_number * f64::from(OF_NUMBER_FOR_LONG.most) / tries_a_year;
    // the key of a code
    let by_key = 2_f64.powi(128) / CARDS / (KEYS_A_SECOND * 3600.0 * HOURS_A_YEAR);
    // a neighbour who has read the number off a receipt, and knows nothing of the family
    let tries_of_a_neighbour = HOURS_A_YEAR / f64::from(OF_NUMBER_FOR_LONG.hours) * f64::from(OF_NUMBER_FOR_LONG.most);
    let first_day = 1.0 - (1.0 - COMMONEST_NAME).powi(i32::try_from(OF_NUMBER.most).unwrap());
    println!(
        "tries an hour: {} of an address, {} of all; of a number {} a day and {} in {} days",
        OF_ADDRESS.most,
        OF_ALL.most,
        OF_NUMBER.most,
        OF_NUMBER_FOR_LONG.most,
        OF_NUMBER_FOR_LONG.hours / 24
    );
    println!(
        "a stranger: {tries_for_a_number:.2e} tries for a first number of {CARDS}, / {COMMONEST_NAME} for the name"
    );
    println!(
        "  from everywhere {tries_a_year:.0} tries a year: {by_number:.0} years expected; from one address {one_address:.0}"
    );
    println!("the code's key at {KEYS_A_SECOND} a second: {by_key:.1e} years");
    println!(
        "a neighbour with the number: at most {tries_of_a_neighbour:.0} names a year, {:.0} % on the first day",
        first_day * 100.0
    );
    assert!(by_number > 500.0 && by_long_count > 400.0 && one_address > 700_000.0);
    assert!(tries_for_a_number / tries_a_year > 20.0, "even if the name were free");
    assert!(by_key > 1e18);
    assert!(tries_of_a_neighbour < 82.0 && first_day < 0.2);
}

#[tokio::test]
async fn the_page_for_workers_shows_the_card_in_less_than_thirty_kilobytes() {
    let world = World::new();
    enrolled(&world, 1).await;
    cover(&world, 1);
    let get = async |path: &str| world.call(Request::get(path).body(Body::empty()).unwrap()).await;
    let form = get("/kartu").await;
    assert!(form.status == StatusCode::OK && form.text().contains("Tidak ada yang boleh meminta uang"));
    let shown = page(&world, &printed(1), "Contoh", "1.1.1.1").await;
    let text = shown.text();
    for words in [
        "Anda terlindungi",
        "1 November 2026 sampai 31 Oktober 2027",
        "99000000001",
        "<svg",
        "175",
        NAME,
        "Sudah sampai di kantor",
        "Tidak ada yang boleh meminta uang",
    ] {
        assert!(text.contains(words), "{words}");
    }
    assert!(
        !text.contains("<script") && !text.contains("style=") && !text.contains(enrolment(1).identity.nik.digits())
    );
    assert!(!text.contains(&printed(1)), "a page that is left open gives no other card's half away");
    for answer in [&form, &shown] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(answer.header("set-cookie"), "");
    }
    let style = get("/kartu.css").await.text();
    let icon = get("/payung.svg").await.text();
    assert!(!style.contains("var(") && !style.contains("grid") && !style.contains("flex"));
    let all = text.len() + style.len() + icon.len();
    println!("{} bytes of page, {} of style, {} of icon: {all}", text.len(), style.len(), icon.len());
    assert!(all < 30_000, "{all} bytes");
}

#[tokio::test]
async fn the_page_says_what_to_do_where_nothing_opens() {
    let world = behind_proxy();
    enrolled(&world, 1).await;
    assert_eq!(page(&world, "K7QM", "CONTOH", "1.1.1.1").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = page(&world, &printed(1), "SALAH", "1.1.1.1").await;
    let unknown = page(&world, &printed(9), "CONTOH", "1.1.1.1").await;
    assert_eq!((wrong.status, wrong.text()), (StatusCode::NOT_FOUND, unknown.text()));
    assert!(
        !wrong.text().contains("SALAH"),
        "what was typed is not shown again: the next person sits at this computer"
    );
    let waiting = page(&world, &printed(1), "CONTOH", "1.1.1.1").await.text();
    assert!(waiting.contains("Anda belum terlindungi") && !waiting.contains("<svg"));
}

/// The program's own log at its most talkative, while cards are opened and not opened: a dump of it opens none.
#[cfg(unix)]
#[tokio::test]
async fn the_logs_of_pages_and_calls_hold_nothing_that_opens_a_card() {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    let world = World::on_a_file();
    enrolled(&world, 1).await;
    let folder = world.into_folder();
    let log = folder.path().join("log");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_payung-hub"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("data"))
        .env("PAYUNG_PROGRAMMES", folder.path().join("programmes"))
        .env("PAYUNG_LOG", "trace")
        .stdout(std::process::Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
    let post = |path: &str, kind: &str, body: &str| {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        let length = body.len();
        write!(stream, "POST {path} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    };
    let message = |by: serde_json::Value| json!({"version": 1, "nonce": "n", "by": by}).to_string();
    let number = printed(1);
    assert!(post("/v1/card", "application/json", &message(by_key(1))).starts_with("HTTP/1.1 200"));
    assert!(post("/v1/card", "application/json", &message(by_number(&number, "CONTOH"))).starts_with("HTTP/1.1 200"));
    assert!(post("/kartu", crate::browser::FORM, &format!("nomor={number}&ahli_waris=CONTOH")).contains(NAME));
    for _ in 0..6 {
        post("/v1/card", "application/json", &message(by_number(&number, "SALAHNAMA")));
    }
    assert!(post("/v1/card", "application/json", "{\"version\": 1, \"by\": \"TORN").starts_with("HTTP/1.1 400"));
    assert!(std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    child.wait().unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("/v1/card") && log.contains("/kartu") && log.contains("too many wrong tries"), "{log}");
    let key: String = key(1).into();
    let hash = crate::worker::key(1).hash().to_string();
    let nik = enrolment(1).identity.nik;
    let bare = number.replace('-', "");
    for secret in [key.as_str(), &hash, &number, &bare, "CONTOH", "SALAHNAMA", "TORN", nik.digits(), &nik.masked()] {
        assert!(!log.contains(secret), "{secret} in the log");
    }
}
