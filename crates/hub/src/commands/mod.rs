//! What `payung-hub` can be told to do.

mod admin;
mod audit;
mod backup;
mod code;
mod config;
mod demo;
mod device;
mod doctor;
mod manifest;
mod regency;
mod restore;
mod sample;
mod serve;
mod village;

use crate::bucket::Bucket;
use crate::{Context, Hub, HubError, Settings};
use clap::{Args, Parser, Subcommand};
use config::{Config, LogFormat, chosen};
use std::io::Write as _;
use std::path::{Path, PathBuf};
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
    #[command(flatten)]
    choices: Choices,
    #[command(subcommand)]
    command: Command,
}

/// What wins over the file; none of it has a default of its own.
#[derive(Args)]
struct Choices {
    /// The file with everything below; `payung-hub config` prints one with every default
    #[arg(long, global = true, value_name = "FILE", env = "PAYUNG_CONFIG")]
    config: Option<PathBuf>,
    /// The folder with everything this hub holds: database, photos, key. Back up all of it [default: hub-data]
    #[arg(long, global = true, value_name = "DIR", env = "PAYUNG_DATA")]
    data: Option<PathBuf>,
    /// Where whole photos lie instead of in the data folder: s3://bucket/prefix, with the key in AWS_ACCESS_KEY_ID and so on
    #[arg(long, global = true, value_name = "URL", env = "PAYUNG_PHOTOS")]
    photos: Option<String>,
    /// The office's name, as phones show it [default: Dinas Ketenagakerjaan]
    #[arg(long, global = true, value_name = "NAME", env = "PAYUNG_OFFICE")]
    office: Option<String>,
    /// Where phones reach this hub, for example https://payung.example.go.id
    #[arg(long, global = true, value_name = "URL", env = "PAYUNG_PUBLIC_URL")]
    public_url: Option<String>,
    /// A folder of programmes (*.toml) beside the built-in ones; the same id takes a built-in one's place
    #[arg(long, global = true, value_name = "DIR", env = "PAYUNG_PROGRAMMES")]
    programmes: Option<PathBuf>,
    /// A PostgreSQL database instead of the file in the data folder: postgres://user:password@host/name. Better not here but
    /// in the file or the environment: other users of the machine see command lines
    #[arg(long, global = true, value_name = "URL", env = "PAYUNG_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// What to log: error, warn, info, debug or trace [default: info]
    #[arg(long, global = true, value_name = "LEVEL", env = "PAYUNG_LOG")]
    log: Option<String>,
    /// How a line of the log looks [default: text]
    #[arg(long, global = true, value_name = "FORMAT", env = "PAYUNG_LOG_FORMAT")]
    log_format: Option<LogFormat>,
}

#[derive(Subcommand)]
enum Command {
    /// Print the configuration file with every default
    Config,
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
    /// Tell a PostgreSQL database that it was put back to a backup, before any hub serves it again
    Restored(restore::Restored),
    /// Look for whatever is wrong with a hub's folder; ends with 1 if there is something
    Doctor(doctor::Doctor),
    /// Fill a folder with an invented village, or a whole regency, and print how to sign in and pair a phone
    Demo(demo::Demo),
}

impl Cli {
    /// The file, and over it the environment and the command line.
    fn settle(&mut self) -> anyhow::Result<Config> {
        let choices = &mut self.choices;
        let mut config = choices.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
        fn choose<T>(place: &mut T, choice: Option<T>) {
            if let Some(choice) = choice {
                *place = choice;
            }
        }
        choose(&mut config.data, choices.data.take());
        choose(&mut config.photos, choices.photos.take());
        choose(&mut config.office, choices.office.take());
        choose(&mut config.public_url, choices.public_url.take());
        choose(&mut config.programmes, choices.programmes.take());
        choose(&mut config.database, choices.database.take().map(|url| url.parse()).transpose()?);
        choose(&mut config.log, choices.log.take());
        choose(&mut config.log_format, choices.log_format.take());
        if let Command::Serve(serve) = &mut self.command {
            choose(&mut config.listen, serve.listen.take());
            choose(&mut config.behind_proxy, serve.behind_proxy.take());
            choose(&mut config.undo_seconds, serve.undo_seconds.take());
            choose(&mut config.tls_certificate, serve.tls_certificate.take());
            choose(&mut config.tls_key, serve.tls_key.take());
        }
        config.check()
    }
}

/// Does what the command line says.
pub fn run(mut cli: Cli) -> anyhow::Result<()> {
    // Before anything is read: whoever mends a broken file wants to see a good one.
    if let Command::Config = cli.command {
        return Ok(write!(std::io::stdout(), "{}", config::PRINTED)?);
    }
    let config = cli.settle()?;
    log(&config)?;
    let (data, context) = (config.data.clone(), Context::system());
    match cli.command {
        Command::Config => Ok(()),
        Command::Serve(command) => command.run(open(&config)?, &config),
        Command::Admin(command) => command.run(&*open(&config)?),
        Command::Audit(command) => command.run(&*open(&config)?),
        Command::Village(command) => command.run(&*open(&config)?),
        Command::Code(command) => command.run(&*open(&config)?),
        Command::Device(command) => command.run(&*open(&config)?),
        // These open the folder in their own way: they make none, and leave its schema as it is.
        Command::Backup(_) | Command::Restore(_) if config.database.is_some() => anyhow::bail!(
            "the rows are in PostgreSQL: back it up with pg_dump or a base backup, and then this folder; after either was \
             put back, `payung-hub restored` ends what must not come back to life. docs/hub.md says how"
        ),
        Command::Backup(command) => command.run(&data, !config.photos.is_empty(), &context),
        Command::Restore(command) => command.run(&data, !config.photos.is_empty(), &context),
        Command::Doctor(command) => {
            let bucket = (!config.photos.is_empty()).then(|| Bucket::open(&config.photos)).transpose()?;
            command.run((&data, &settings(&config).source(&data)), bucket.as_ref(), &context)
        }
        Command::Restored(_) if !config.database.is_some() => {
            anyhow::bail!("that is for PostgreSQL: `payung-hub restore` has done it already")
        }
        Command::Restored(command) => command.run(&*open(&config)?),
        Command::Demo(command) => {
            let clock = regency::Clock::default();
            command.run(&*open_at(&config, clock.context())?, &data, &clock)
        }
    }
}

/// To stderr, in the chosen form.
fn log(config: &Config) -> anyhow::Result<()> {
    let filter: tracing_subscriber::EnvFilter = config.log.parse()?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!(error))
}

fn open(config: &Config) -> Result<Arc<Hub>, HubError> {
    open_at(config, Context::system())
}

fn open_at(config: &Config, context: Context) -> Result<Arc<Hub>, HubError> {
    Hub::open(&config.data, settings(config), context)
}

fn settings(config: &Config) -> Settings {
    let public_url = config.public_url.trim_end_matches('/');
    let photos = (!config.photos.is_empty()).then(|| config.photos.clone());
    Settings {
        photos,
        name: config.office.clone(),
        public_url: (!public_url.is_empty()).then(|| public_url.to_owned()),
        programmes: chosen(&config.programmes).map(Path::to_owned),
        database: config.database.clone().into(),
        is_behind_proxy: config.behind_proxy,
        undo_seconds: config.undo_seconds.into(),
    }
}
