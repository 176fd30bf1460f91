//! `payung-hub demo`.

use super::{sample, village};
use crate::decision::{Verdict, decide};
use crate::store::device::{self, Device};
use crate::store::village::{self as stored_village, VillageRow};
use crate::store::{office_user, photo, record};
use crate::{Hub, HubError, intake, pairing, people};
use anyhow::{Context as _, bail};
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use payung_domain::state::{Comment, RejectReason};
use payung_domain::wire::RecordPush;
use payung_domain::{Field, PhotoHash, RecordId};
use serde_json::json;
use serde_json::value::RawValue;
use std::io::Write as _;
use std::path::Path;

/// The village of the demo: Gayam, in the district of the same name, Bojonegoro.
const VILLAGE: &str = "35.22.28.2004";
const PROGRAMME: &str = "demo";
const USER: &str = "kantor";
/// Holds the password, and marks the folder as a demo's.
const MARKER: &str = "demo-password";
/// The invented phone that sent the invented people.
const PHONE: &str = "00000000000000000000000000000000";

#[derive(Args)]
pub struct Demo {
    /// Where the phone reaches this hub; --public-url if that was given
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8700")]
    hub_url: String,
    /// Print one line of JSON for a program instead of words
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub fn run(self, hub: &Hub, folder: &Path) -> anyhow::Result<()> {
        check(hub, folder)?;
        let password = user(hub, folder)?;
        let row = the_village(hub)?;
        let records = fill(hub, &row)?;
        let code = pairing::make_code(hub, row.code, "Bu Siti", pairing::CODE_HOURS, "command")?;
        let hub_url = hub.settings.public_url.as_deref().unwrap_or(self.hub_url.trim_end_matches('/'));
        let link = pairing::link(hub, hub_url, &code);
        let mut out = std::io::stdout().lock();
        if self.json {
            let line = json!({
                "hub_url": hub_url, "hub_key": hub.key.public_hex(), "user": USER, "password": password,
                "village": VILLAGE, "programme": PROGRAMME, "code": code, "link": link, "records": records,
            });
            writeln!(out, "{line}")?;
        } else {
            writeln!(out, "Office:  {hub_url}/masuk   {USER} / {password}")?;
            writeln!(out, "Village: {VILLAGE} {}, {records} invented people", row.name)?;
            writeln!(out, "Phone:   {code}   {link}")?;
        }
        Ok(())
    }
}

/// The demo fills an empty folder, or one that an earlier demo marked and where nobody has added a village since.
fn check(hub: &Hub, folder: &Path) -> anyhow::Result<()> {
    let (is_empty, villages) = hub.store.read::<_, HubError>(|connection| {
        let villages = stored_village::list(connection)?;
        let is_empty = villages.is_empty()
            && office_user::is_empty(connection)?
            && device::is_empty(connection)?
            && record::is_empty(connection)?;
        Ok((is_empty, villages))
    })?;
    let is_of_demo = |row: &VillageRow| row.code.to_string() == VILLAGE && row.programme.as_str() == PROGRAMME;
    let is_demo = folder.join(MARKER).exists() && villages.iter().all(is_of_demo);
    if !is_empty && !is_demo {
        bail!("this folder holds a real hub; give the demo one of its own with --data");
    }
    Ok(())
}

/// The demo's user. The password is kept beside the database, so that a second run prints the same one. It also marks
/// the folder, and therefore comes first.
fn user(hub: &Hub, folder: &Path) -> anyhow::Result<String> {
    let path = folder.join(MARKER);
    let password = match std::fs::read_to_string(&path) {
        Ok(password) => password,
        Err(_) => {
            let password = format!("contoh-{}", hex::encode(hub.context.random::<4>()?));
            let draft = path.with_extension("new");
            std::fs::write(&draft, &password)?;
            std::fs::rename(&draft, &path)?;
            password
        }
    };
    if hub.store.read::<_, HubError>(|connection| Ok(office_user::get(connection, USER)?))?.is_none() {
        people::put(hub, "command", USER, &password, None)?;
    }
    Ok(password)
}

fn the_village(hub: &Hub) -> anyhow::Result<VillageRow> {
    let code = VILLAGE.parse().context("the demo's village has a code")?;
    let known = hub.store.read::<_, HubError>(|connection| Ok(stored_village::get(connection, code)?))?;
    match known {
        Some(row) => Ok(row),
        None => village::put(hub, VILLAGE, PROGRAMME),
    }
}

/// The invented people, each once, and what the office did with some of them. Tells how many there are.
fn fill(hub: &Hub, village: &VillageRow) -> anyhow::Result<usize> {
    let programme = hub.catalogue.programme(&village.programme).context("no demo programme")?;
    let ids: Vec<RecordId> =
        (0..sample::PEOPLE.len()).map(|number| RecordId::from_bytes([0xc0 + number as u8; 16])).collect();
    if hub.store.read::<_, HubError>(|connection| Ok(record::get(connection, ids[0])?))?.is_some() {
        return Ok(ids.len());
    }
    let now = hub.context.now();
    let phone = phone(village, now);
    let card = PhotoHash::of(sample::CARD);
    hub.photos.put(card, sample::CARD)?;
    hub.store.write::<_, anyhow::Error>(|transaction| {
        device::add(transaction, &phone, "of no token")?;
        photo::add(transaction, card, sample::CARD.len() as u64, &phone.id, now.as_millisecond())?;
        // those that are decided below came first, and have the places
        for (number, &id) in ids.iter().enumerate().rev() {
            // Spread over the last days, so that the office sees who waits longest.
            let at = now - SignedDuration::from_hours(5 * (ids.len() - number) as i64);
            let enrolment = sample::enrolment(number, village.code, programme, at).context("a sample is malformed")?;
            let enrolment = RawValue::from_string(serde_json::to_string(&enrolment)?)?;
            let push = RecordPush { id, revision: 1, saved_at: at, sequence: None, place: None, enrolment };
            intake::take(hub, transaction, &phone, village, &push, (at.as_millisecond(), 0))?;
        }
        Ok(())
    })?;
    decide_some(hub, &ids)?;
    Ok(ids.len())
}

fn phone(village: &VillageRow, now: Timestamp) -> Device {
    Device {
        id: PHONE.into(),
        village: village.code,
        name: "HP contoh".into(),
        kader_name: "Bu Siti (contoh)".into(),
        paired_at: now.as_millisecond(),
        last_seen_at: now.as_millisecond(),
        is_blocked: false,
    }
}

fn decide_some(hub: &Hub, ids: &[RecordId]) -> anyhow::Result<()> {
    let comment = |field, text: &str| Comment { field, text: text.into() };
    let verdicts = [
        (7, Verdict::Approve),
        (8, Verdict::Approve),
        (9, Verdict::Approve),
        (10, Verdict::Approve),
        (11, Verdict::Approve),
        (12, Verdict::Approve),
        (5, Verdict::Return(vec![comment(Field::KtpPhoto, "Foto kurang terang. Mohon ulangi di dekat jendela.")])),
        (6, Verdict::Reject(RejectReason::WageEarner, "Sudah terdaftar lewat pabrik tempat bekerja.".into())),
    ];
    for (number, verdict) in verdicts {
        let row = hub.store.read::<_, HubError>(|connection| Ok(record::get(connection, ids[number])?))?;
        decide(hub, ids[number], row.context("a sample is missing")?.change_seq, verdict, &format!("user:{USER}"))?;
    }
    Ok(())
}
