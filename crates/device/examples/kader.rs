//! A phone without a screen, for scripts and tests.
//!
//! ```text
//! kader --store DIR --hub URL [--pin 123456] pair CODE
//! kader --store DIR enrol people.csv [--photos DIR]
//! kader --store DIR sync
//! kader --store DIR list
//! kader --store DIR pack FILE      kader --store DIR carry FILE      kader --store DIR answers FILE      kader --store DIR hear FILE
//! ```
//!
//! The CSV has a header line. Its columns are the keys of the form's fields, in any order: `nik, name, birth_place,
//! birth_date` (DD-MM-YYYY)`, sex` (male, female)`, address, rt, rw, phone, occupation, role, workplace, source, heir_name,
//! heir_relation` (spouse, child, parent, sibling, other)`, heir_phone, consent` (spoken, signature, thumb_mark)`,
//! warning_reason`, and `photo`, the name of a JPEG or PNG file in `--photos` (by default the CSV's own folder). The village is the
//! phone's own. A bad row is named on stderr with its line and what to mend, the others go on; the exit code is then 1.
//!
//! `enrol` prints a JSON line `saved` with the record's id for each person, as soon as the record is on disk, and counts at the end.
//! `list` prints a JSON line per record: `number, id, state, reason, photos_to_send`. `sync` prints one JSON line: `records_sent,
//! photos_sent, records_refused, changes, failure, reason`, and exits with 1 when it failed.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use payung_device::{
    Device, Env, HttpTransport, KeyCost, NewPhoto, PairLink, Pin, SaveError, Standing, Status, SystemClock,
    SystemEntropy,
};
use payung_domain::enrolment::PhotoKind;
use payung_domain::region::Regions;
use payung_domain::{Field, Lang, RecordId};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Parser)]
#[command(about = "A phone without a screen, for scripts and tests")]
struct Arguments {
    /// The phone's folder
    #[arg(long)]
    store: PathBuf,
    /// The hub's address, for `pair`
    #[arg(long)]
    hub: Option<String>,
    /// The phone's PIN
    #[arg(long, default_value = "123456")]
    pin: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Uses a pairing code (or a payung:// link)
    Pair { code: String },
    /// Enrols the people of a CSV file
    Enrol {
        people: PathBuf,
        /// Where the files of the column `photo` lie; by default beside the CSV
        #[arg(long)]
        photos: Option<PathBuf>,
    },
    /// Exchanges everything with the hub
    Sync,
    /// Prints the records
    List,
    /// Seals all that waits into a file that another phone may carry to the hub
    Pack { file: PathBuf },
    /// Takes another phone's file along; it goes with the next sync
    Carry { file: PathBuf },
    /// Writes the hub's answers to what was carried into a file for the phones that packed it
    Answers { file: PathBuf },
    /// Takes the answers that another phone has brought back
    Hear { file: PathBuf },
}

static REGIONS: &[u8] = include_bytes!("../../../assets/regions/regions.bin");
/// What the app's notice is called; the CSV's people were told on paper.
const NOTICE: &str = "csv";

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.store)?;
    let env = Env {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        transport: Arc::new(HttpTransport::new()?),
        regions: Arc::new(Regions::load(REGIONS)?),
        key_cost: KeyCost::PHONE,
    };
    let device = Device::new(&arguments.store, env);
    let pin = Pin::parse(&arguments.pin).context("--pin wants six digits or more")?;
    if let Command::Pair { code } = &arguments.command {
        let typed = || PairLink::typed(arguments.hub.as_deref().unwrap_or_default(), code);
        let link = PairLink::parse(code).or_else(typed).context("give --hub URL and the code")?;
        match device.status() {
            Status::Unpaired => device.pair(link, pin, "kader").await?,
            _ => {
                device.unlock(pin).await?;
                device.pair_again(link, "kader").await?;
            }
        }
        println!("{}", json!({ "village": device.village().await?.code.to_string() }));
        return Ok(ExitCode::SUCCESS);
    }
    if device.status() == Status::Unpaired {
        bail!("this phone is not paired: kader --store DIR --hub URL pair CODE");
    }
    device.unlock(pin).await?;
    match &arguments.command {
        Command::Pair { .. } => Ok(ExitCode::SUCCESS),
        Command::Enrol { people, photos } => {
            let beside = people.parent().unwrap_or(Path::new("."));
            enrol(&device, people, photos.as_deref().unwrap_or(beside)).await
        }
        Command::Sync => sync(&device).await,
        Command::List => list(&device).await,
        Command::Pack { file } => told("bytes", write(file, &device.pack(true).await?)?),
        Command::Carry { file } => told("new_parcels", device.carry(std::fs::read(file)?).await?),
        Command::Answers { file } => told("bytes", write(file, &device.answers().await?)?),
        Command::Hear { file } => told("answers_for_this_phone", device.hear(std::fs::read(file)?).await?),
    }
}

fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<usize> {
    std::fs::write(file, bytes)?;
    Ok(bytes.len())
}

fn told(what: &str, count: usize) -> anyhow::Result<ExitCode> {
    println!("{}", json!({ what: count }));
    Ok(ExitCode::SUCCESS)
}

async fn enrol(device: &Device, people: &Path, photos: &Path) -> anyhow::Result<ExitCode> {
    let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(people)?;
    let header = table.headers()?.clone();
    let is_unknown = |column: &&str| *column != "photo" && Field::from_key(column).is_none();
    if let Some(column) = header.iter().find(is_unknown) {
        bail!("unknown column “{column}”; known are photo and {}", keys());
    }
    let (mut enrolled, mut bad) = (0, 0);
    for row in table.records() {
        let outcome = match &row {
            Ok(row) => enrol_row(device, &header, row, photos).await,
            Err(error) => Err(vec![format!("the row can't be read: {}", kind(error))]),
        };
        match outcome {
            Ok(id) => {
                // whoever reads this may count on it, whatever happens next
                println!("{}", json!({ "saved": id }));
                enrolled += 1;
            }
            Err(reasons) => {
                bad += 1;
                let line = match &row {
                    Ok(row) => row.position().map(csv::Position::line),
                    Err(error) => error.position().map(csv::Position::line),
                };
                eprintln!("line {}: {}", line.unwrap_or(0), reasons.join(" "));
            }
        }
    }
    println!("{}", json!({ "enrolled": enrolled, "bad_rows": bad }));
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn keys() -> String {
    Field::ALL.iter().map(|field| field.key()).collect::<Vec<_>>().join(", ")
}

/// What is wrong with a row, without the row's content.
fn kind(error: &csv::Error) -> &'static str {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { .. } => "it has another number of columns than the header",
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8",
        _ => "it is not CSV",
    }
}

async fn enrol_row(
    device: &Device,
    header: &csv::StringRecord,
    row: &csv::StringRecord,
    photos: &Path,
) -> Result<RecordId, Vec<String>> {
    let failed = |error: &dyn std::fmt::Display| vec![error.to_string()];
    let id = device.start_draft().await.map_err(|error| failed(&error))?;
    let filled = fill(device, id, header, row, photos).await;
    let saved = match filled {
        Ok(()) => match device.save(id).await {
            Ok(()) => Ok(()),
            Err(SaveError::Problems(problems)) => Err(problems.iter().map(|p| p.sentence(Lang::Id)).collect()),
            Err(error) => Err(failed(&error)),
        },
        Err(error) => Err(failed(&error)),
    };
    if saved.is_err() {
        // the file still holds the row: nothing is lost, and a second run makes no second draft
        device.discard(id).await.map_err(|error| failed(&error))?;
    }
    saved.map(|()| id)
}

async fn fill(
    device: &Device,
    id: RecordId,
    header: &csv::StringRecord,
    row: &csv::StringRecord,
    photos: &Path,
) -> anyhow::Result<()> {
    let mut fields: Vec<(Field, String)> = header
        .iter()
        .zip(row)
        .filter_map(|(column, value)| Some((Field::from_key(column)?, value.to_owned())))
        .collect();
    fields.push((Field::ConsentNotice, NOTICE.to_owned()));
    fields.push((Field::ConsentTime, device.env().clock.now().to_string()));
    device.set_fields(id, fields).await?;
    let photo = header.iter().zip(row).find(|(column, value)| *column == "photo" && !value.is_empty());
    if let Some((_, name)) = photo {
        let bytes = std::fs::read(photos.join(name)).context("the photo can't be read")?;
        let picture = payung_ktp::shrink(&bytes, &Default::default()).context("the photo")?;
        let thumbnail = payung_ktp::thumbnail(&picture.jpeg, 480)?;
        // nobody is there to take it again: the coach is not asked
        let photo = NewPhoto { kind: PhotoKind::Ktp, jpeg: picture.jpeg, thumbnail, faults: Vec::new() };
        device.add_photo(id, photo).await?;
    }
    Ok(())
}

async fn sync(device: &Device) -> anyhow::Result<ExitCode> {
    let report = device.sync().await;
    let mut line = serde_json::to_value(report)?;
    line["reason"] = json!(report.failure.map(|failure| failure.to_string()));
    println!("{line}");
    Ok(if report.failure.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn list(device: &Device) -> anyhow::Result<ExitCode> {
    let mut rows = device.records("", u32::MAX).await?;
    rows.sort_by_key(|row| row.number);
    for row in rows {
        let (state, reason) = match &row.standing {
            Standing::State(state) => (state.key(), state.detail(Lang::Id)),
            Standing::SetAside(reason) => ("set_aside", reason.sentence(Lang::Id).to_owned()),
        };
        let line = json!({
            "number": row.number, "id": row.id, "state": state, "reason": reason, "photos_to_send": row.photos_to_send,
        });
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}
