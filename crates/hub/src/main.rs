//! `payung-hub`: see `payung-hub --help`.

use clap::Parser as _;
use payung_hub::commands::{Cli, run};
use tracing_subscriber::EnvFilter;

fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_env("PAYUNG_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    run(Cli::parse())
}
