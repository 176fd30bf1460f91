//! What `payung-hub` can be told to do.

mod admin;
mod audit;
mod backup;
mod code;
mod demo;
mod device;
mod doctor;
mod manifest;
mod restore;
mod sample;
mod serve;
mod village;

use crate::{Context, Hub, HubError, Settings};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::sync::Arc;

/// Hub Payung: phones of village cadres sync with it, the labour office decides on it.
///
/// A new hub needs three things before its first phone:
///   payung-hub admin add --name sari
///   payung-hub village add 35.22.28.2004 --programme demo
///   payung-hub serve --public-url https://payung.example.go.id
/// Then the office makes a pairing code for each phone, on its page "HP" or with `payung-hub code new`.
#[derive(Parser)]
#[command(name = "payung-hub", version, verbatim_doc_comment)]
pub struct Cli {
    /// The folder with everything this hub holds: database, photos, key. Back up all of it
    #[arg(long, global = true, value_name = "DIR", env = "PAYUNG_DATA", default_value = "hub-data")]
    data: PathBuf,
    #[command(flatten)]
    choices: Choices,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Choices {
    /// The office's name, as phones show it
    #[arg(long, global = true, value_name = "NAME", env = "PAYUNG_OFFICE", default_value = "Dinas Ketenagakerjaan")]
    office: String,
    /// Where phones reach this hub, for example https://payung.example.go.id
    #[arg(long, global = true, value_name = "URL", env = "PAYUNG_PUBLIC_URL")]
    public_url: Option<String>,
    /// A folder of programmes (*.toml) beside the built-in ones; the same id takes a built-in one's place
    #[arg(long, global = true, value_name = "DIR", env = "PAYUNG_PROGRAMMES")]
    programmes: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve phones and the office until SIGTERM or Ctrl-C
    Serve(serve::Serve),
    /// Who may sign in at the office's pages
    #[command(subcommand)]
    Admin(admin::Admin),
    /// The log of who did what, and whether it is whole
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Which villages this hub serves, and for which programme
    #[command(subcommand)]
    Village(village::Village),
    /// Pairing codes: one for each phone
    #[command(subcommand)]
    Code(code::Code),
    /// The phones that were paired
    #[command(subcommand)]
    Device(device::Device),
    /// Copy everything that can't be had again, while the hub runs
    Backup(backup::Backup),
    /// Make a hub's folder (--data) out of a backup
    Restore(restore::Restore),
    /// Look for whatever is wrong with a hub's folder; ends with 1 if there is something
    Doctor(doctor::Doctor),
    /// Fill a folder with an invented village and print how to sign in and pair a phone
    Demo(demo::Demo),
}

/// Does what the command line says.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    let open = |is_behind_proxy| open(&cli.data, cli.choices, is_behind_proxy);
    match cli.command {
        Command::Serve(command) => {
            let hub = open(command.behind_proxy)?;
            command.run(hub)
        }
        Command::Admin(command) => command.run(&*open(false)?),
        Command::Audit(command) => command.run(&*open(false)?),
        Command::Village(command) => command.run(&*open(false)?),
        Command::Code(command) => command.run(&*open(false)?),
        Command::Device(command) => command.run(&*open(false)?),
        // These open the folder in their own way: they make none, and leave its schema as it is.
        Command::Backup(command) => command.run(&cli.data, &Context::system()),
        Command::Restore(command) => command.run(&cli.data, &Context::system()),
        Command::Doctor(command) => command.run(&cli.data, &Context::system()),
        Command::Demo(command) => command.run(&*open(false)?, &cli.data),
    }
}

fn open(data: &std::path::Path, choices: Choices, is_behind_proxy: bool) -> Result<Arc<Hub>, HubError> {
    let settings = Settings {
        name: choices.office,
        public_url: choices.public_url.map(|url| url.trim_end_matches('/').to_owned()),
        programmes: choices.programmes,
        is_behind_proxy,
    };
    Hub::open(data, settings, Context::system())
}
