//! Simulated villages under faults: every promise holds, and a seed replays.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use payung_sim::fault::{AT_HOME, ON_THE_WAY};
use payung_sim::{Tally, run};

const STEPS: u32 = 60;

fn runs(seeds: std::ops::Range<u64>) {
    let mut tally = Tally::default();
    for seed in seeds {
        let outcome = run(seed, STEPS).unwrap_or_else(|error| {
            panic!("{error:#}\nreplay: cargo run -p payung-sim -- --seed {seed} --steps {STEPS}")
        });
        tally.merge(&outcome.tally);
    }
    for fault in ON_THE_WAY.into_iter().chain(AT_HOME) {
        assert!(tally.of(fault) > 0, "{fault:?} never struck: the runs prove nothing about it");
    }
}

#[test]
fn a_hundred_villages_lose_nothing() {
    runs(0..100);
}

#[test]
fn another_hundred_villages_lose_nothing() {
    runs(100..200);
}

#[test]
fn a_seed_replays() {
    let told = || {
        let outcome = run(1_000_001, STEPS).unwrap();
        (outcome.enrolments, outcome.corrections, outcome.decisions, outcome.syncs, outcome.tally.to_string())
    };
    assert_eq!(told(), told());
}
