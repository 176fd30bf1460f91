//! `payung-sim`: runs seeds until a promise is broken, or time or count is up.

use clap::Parser;
use payung_sim::{Outcome, run};
use std::process::ExitCode;
use std::time::Instant;

/// Simulates villages; a seed that breaks a promise is printed with the command that replays it.
#[derive(Parser)]
struct Asked {
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many seeds.
    #[arg(long, default_value_t = 1)]
    count: u64,
    /// Steps of a run.
    #[arg(long, default_value_t = 60)]
    steps: u32,
    /// No seed begins after so many minutes.
    #[arg(long)]
    minutes: Option<f64>,
    /// End when so many enrolments were confirmed.
    #[arg(long)]
    enrolments: Option<u64>,
}

fn main() -> ExitCode {
    let asked = Asked::parse();
    let (started, mut total, mut seeds, mut broken) = (Instant::now(), Outcome::default(), 0, 0);
    for seed in asked.seed..asked.seed.saturating_add(asked.count) {
        let is_late = asked.minutes.is_some_and(|minutes| started.elapsed().as_secs_f64() > minutes * 60.0);
        if is_late || asked.enrolments.is_some_and(|most| total.enrolments >= most) {
            break;
        }
        seeds += 1;
        match run(seed, asked.steps) {
            Ok(outcome) => {
                total.enrolments += outcome.enrolments;
                total.corrections += outcome.corrections;
                total.decisions += outcome.decisions;
                total.promises += outcome.promises;
                total.syncs += outcome.syncs;
                total.tally.merge(&outcome.tally);
            }
            Err(error) => {
                broken += 1;
                println!("{error:#}\n  replay: cargo run -p payung-sim -- --seed {seed} --steps {}", asked.steps);
            }
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "\n| seeds | broken | enrolments | corrections | decisions | promised places looked for | syncs | seeds a second |\n|---|---|---|---|---|---|---|---|"
    );
    println!(
        "| {seeds} | {broken} | {} | {} | {} | {} | {} | {:.1} |",
        total.enrolments,
        total.corrections,
        total.decisions,
        total.promises,
        total.syncs,
        seeds as f64 / seconds
    );
    println!("\n| fault | times |\n|---|---|\n{}", total.tally);
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
