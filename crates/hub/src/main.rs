//! `payung-hub`: see `payung-hub --help`.

use clap::Parser as _;
use payung_hub::commands::{Cli, run};

fn main() -> anyhow::Result<()> {
    run(Cli::parse())
}
