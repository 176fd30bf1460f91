//! App and hub are killed with SIGKILL at random moments, on real files: nothing that was confirmed is lost, nothing doubled.
//! `KILLS` says how often (12), `SEED` when; `make kill` does it 500 times.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod processes;

use processes::*;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::process::Stdio;
use std::time::Duration;

fn asked(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Of each enrolment and each sync one in so many runs to its end.
const SPARED: u64 = 5;
/// The longest that an app or a hub lives, in milliseconds: an enrolment of three takes about as long.
const LONGEST_LIFE: u64 = 1_500;

#[test]
fn whoever_is_killed_nothing_is_lost_and_nothing_doubled() {
    let kills = asked("KILLS", 12);
    let mut chance = Chance(asked("SEED", 1));
    let mut hub = Hub::start();
    let phone = Phone::paired(&hub);
    let folder = tempfile::tempdir().unwrap();
    let mut confirmed: BTreeSet<String> = BTreeSet::new();
    let (mut people_made, mut app_kills, mut hub_kills, mut syncs) = (0, 0, 0, 0);
    while app_kills + hub_kills < kills {
        let mut command = if chance.below(2) == 0 {
            // somebody from before is among them, who must not be enrolled twice
            let numbers = [people_made, people_made + 1, chance.below(people_made as u64 + 1) as usize];
            people_made += 2;
            let rows = numbers.map(|number| person(folder.path(), number));
            let file = people(folder.path(), &rows);
            phone.command(&["enrol", file.to_str().unwrap()])
        } else {
            syncs += 1;
            phone.command(&["sync"])
        };
        let mut app = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let victim = chance.below(SPARED);
        std::thread::sleep(Duration::from_millis(chance.below(LONGEST_LIFE)));
        if victim == 1 || victim == 2 {
            hub.kill();
            hub_kills += 1;
        }
        if victim != 0 && victim != 1 && app.try_wait().unwrap().is_none() {
            app.kill().unwrap();
            app_kills += 1;
        }
        let mut told = String::new();
        app.stdout.take().unwrap().read_to_string(&mut told).unwrap();
        app.wait().unwrap();
        if victim == 1 || victim == 2 {
            hub.serve();
        }
        // a line without its end was not said
        let whole = told.rfind('\n').map_or("", |end| &told[..end]);
        let lines = whole.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        confirmed.extend(lines.filter_map(|line| line["saved"].as_str().map(str::to_owned)));
    }
    let report = (0..50)
        .map(|_| phone.sync())
        .find(|report| report["failure"] == Value::Null && report["records_left"] == 0 && report["photos_left"] == 0);
    assert!(report.is_some(), "it never got through: {}", phone.sync());
    let list = phone.list();
    let known: BTreeSet<String> = list.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    assert!(confirmed.is_subset(&known), "a confirmed record is not on the phone any more");
    let saved: Vec<&Value> = list.iter().filter(|row| row["state"] != "draft").collect();
    // each by a signed receipt for exactly its bytes and photos
    let unsent = saved.iter().find(|row| row["state"] != "received" || row["photos_to_send"] != 0);
    assert!(unsent.is_none(), "{unsent:?}");
    assert_eq!(
        hub.metric("payung_records{state=\"received\"}"),
        saved.len() as f64,
        "the hub has as many as the phone"
    );
    assert!(saved.len() <= people_made, "{} records of {people_made} people", saved.len());
    assert_eq!(hub.metric("payung_photos "), saved.len() as f64, "each has its own photo, each once");
    println!(
        "{app_kills} kills of the app, {hub_kills} of the hub, {syncs} syncs: {} confirmed, {} at the hub, 0 lost, 0 doubled",
        confirmed.len(),
        saved.len()
    );
}

/// xorshift64: the same for the same seed. What the scheduler does is not.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        let state = &mut self.0;
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 11) % end
    }
}
