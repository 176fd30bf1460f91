//! What phone and hub do on real sockets and real files: `network link`, `network hub`. Prints tables.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used)]

mod air;
mod crowd;
mod link;
mod office;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Asked {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A sync over a bad link
    Link,
    /// Many phones at once, on hubs that hold so many records already
    Hub {
        #[arg(default_values_t = [10_000, 100_000, 1_000_000])]
        sizes: Vec<u32>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Asked::parse().what {
        What::Link => link::run().await,
        What::Hub { sizes } => crowd::run(&sizes).await,
    }
}
