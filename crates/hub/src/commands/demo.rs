//! `payung-hub demo`.

use super::{regency, sample, village};
use crate::decision::{Verdict, decide};
use crate::store::device::{self, Device};
use crate::store::village::{self as stored_village, VillageRow};
use crate::store::{office_user, photo, quota as quota_store, record};
use crate::{Hub, HubError, intake, irregularities, pairing, people, quota};
use anyhow::{Context as _, bail};
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use payung_domain::ids::IrregularityId;
use payung_domain::irregularity::{Irregularity, Kind};
use payung_domain::state::{Comment, RejectReason};
use payung_domain::wire::RecordPush;
use payung_domain::{Field, PhotoHash, RecordId};
use serde_json::json;
use serde_json::value::RawValue;
use std::io::Write as _;
use std::path::Path;

/// The village of the demo: Gayam, in the district of the same name, Bojonegoro.
pub const VILLAGE: &str = "35.22.28.2004";
const PROGRAMME: &str = "demo";
const USER: &str = "kantor";
/// Six are taken and as many wait for a decision: a new phone may promise some at once.
const PLACES: u32 = 24;
/// Holds the password, and marks the folder as a demo's.
const MARKER: &str = "demo-password";
/// The invented phone that sent the invented people.
const PHONE: &str = "00000000000000000000000000000000";

/// Records in one transaction.
const MORE_AT_ONCE: usize = 500;

#[derive(Args)]
pub struct Demo {
    /// Where the phone reaches this hub; --public-url if that was given
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8700")]
    hub_url: String,
    /// A whole regency instead of a village: synthetic Bojonegoro with its 430 villages, for trying the office at full size
    #[arg(long)]
    regency: bool,
    /// With --regency: how many people
    #[arg(long, value_name = "N", default_value_t = regency::PEOPLE, requires = "regency")]
    people: u32,
    /// With --regency: the same number makes the same people
    #[arg(long, value_name = "N", default_value_t = 2026, requires = "regency")]
    seed: u64,
    /// So many more invented people who wait for a decision, without any warning
    #[arg(long, value_name = "N", default_value_t = 0)]
    more: u32,
    /// Print one line of JSON for a program instead of words
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub fn run(self, hub: &Hub, folder: &Path, clock: &regency::Clock) -> anyhow::Result<()> {
        if self.regency {
            return self.run_regency(hub, folder, clock);
        }
        check(hub, folder)?;
        let password = user(hub, folder)?;
        let row = the_village(hub)?;
        let records = fill(hub, &row)? + add_more(hub, &row, self.more)?;
        give_room(hub, &row)?;
        self.tell(hub, &row.code.to_string(), &row.name, (records, PROGRAMME), &password)
    }

    fn run_regency(&self, hub: &Hub, folder: &Path, clock: &regency::Clock) -> anyhow::Result<()> {
        if !folder.join(MARKER).exists() {
            check(hub, folder)?;
        }
        let password = user(hub, folder)?;
        let wanted = regency::Regency { people: self.people, seed: self.seed };
        let made = regency::fill(hub, folder, clock, &wanted, &password)?;
        let regency::Made { people, records, villages } = made;
        let records = records as usize + add_more(hub, &the_village(hub)?, self.more)?;
        if !self.json {
            writeln!(std::io::stdout(), "Regency: {villages} villages, {people} invented people, {records} records")?;
            writeln!(
                std::io::stdout(),
                "Roles:   ani.verifikator, auditor and kades.mojodelik with the same password"
            )?;
        }
        self.tell(hub, VILLAGE, "Mojodelik", (records, regency::PROGRAMME), &password)
    }

    /// Prints how to sign in and how to pair a phone with the village.
    fn tell(
        &self,
        hub: &Hub,
        village: &str,
        name: &str,
        (records, programme): (usize, &str),
        password: &str,
    ) -> anyhow::Result<()> {
        let code = village.parse().context("the demo's village has a code")?;
        let code = pairing::make_code(hub, code, "Bu Siti", pairing::CODE_HOURS, "command")?;
        let hub_url = hub.settings.public_url.as_deref().unwrap_or(self.hub_url.trim_end_matches('/'));
        let link = pairing::link(hub, hub_url, &code);
        let mut out = std::io::stdout().lock();
        if self.json {
            let line = json!({
                "hub_url": hub_url, "hub_key": hub.key.public_hex(), "user": USER, "password": password,
                "village": village, "programme": programme, "code": code, "link": link, "records": records,
            });
            writeln!(out, "{line}")?;
        } else {
            writeln!(out, "Office:  {hub_url}/masuk   {USER} / {password}")?;
            writeln!(out, "Village: {village} {name}, {records} invented people's records")?;
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
    let phone = put_phone(hub, village, now)?;
    hub.store.write::<_, anyhow::Error>(|transaction| {
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
    report_some(hub, village)?;
    Ok(ids.len())
}

/// What two invented people report: one without a name, one who wants to be called.
pub(super) fn report_some(hub: &Hub, village: &VillageRow) -> Result<(), HubError> {
    let told = [
        (Kind::Money, "Saya diminta Rp50.000 supaya kartunya keluar. Katanya uang lelah.", ""),
        (Kind::Names, "Tetangga saya pegawai pabrik, tetapi namanya ada di daftar.", "0812 0000 9999 (contoh)"),
    ];
    for (number, (kind, words, contact)) in told.into_iter().enumerate() {
        let id = IrregularityId::from_bytes([0xe0 + number as u8; 16]);
        let report = Irregularity::new(id, kind, Some(village.code), words, contact);
        report.map_or(Ok(()), |report| irregularities::keep(hub, &report))?;
    }
    Ok(())
}

/// More places than the programme's file has, as an office would give them: those that it has are taken, and a newcomer's phone
/// would read that none is left.
fn give_room(hub: &Hub, village: &VillageRow) -> anyhow::Result<()> {
    let id = &village.programme;
    let preview = hub.store.read::<_, anyhow::Error>(|connection| {
        let is_changed = !quota_store::changes(connection, id)?.is_empty();
        Ok((!is_changed).then(|| quota::preview(hub, connection, id, PLACES)))
    })?;
    let Some(preview) = preview.transpose()? else { return Ok(()) };
    let digest = preview.digest.to_string();
    let reason = "Kuota percobaan ditambah agar pendaftar baru mendapat tempat.";
    let agreed = quota::Agreed { places: PLACES, digest: &digest, reason, may_touch_covered: false };
    quota::change(hub, id, &agreed, &format!("user:{USER}"))?;
    Ok(())
}

/// The invented phone and the card that it has photographed, each once.
fn put_phone(hub: &Hub, village: &VillageRow, now: Timestamp) -> anyhow::Result<Device> {
    if let Some(known) = hub.store.read::<_, HubError>(|connection| Ok(device::get(connection, PHONE)?))? {
        return Ok(known);
    }
    let phone = Device {
        id: PHONE.into(),
        village: village.code,
        name: "HP contoh".into(),
        kader_name: "Bu Siti (contoh)".into(),
        paired_at: now.as_millisecond(),
        last_seen_at: now.as_millisecond(),
        is_blocked: false,
    };
    let card = PhotoHash::of(sample::CARD);
    hub.photos.put(card, sample::CARD)?;
    hub.store.write::<_, HubError>(|transaction| {
        device::add(transaction, &phone, "of no token")?;
        Ok(photo::add(transaction, card, sample::CARD.len() as u64, &phone.id, now.as_millisecond())?)
    })?;
    Ok(phone)
}

/// Invented people beside those of the list, each once. Tells how many were asked for.
fn add_more(hub: &Hub, village: &VillageRow, more: u32) -> anyhow::Result<usize> {
    let programme = hub.catalogue.programme(&village.programme).context("no demo programme")?;
    if more == 0 {
        return Ok(0);
    }
    let now = hub.context.now();
    let phone = put_phone(hub, village, now)?;
    let numbers: Vec<u32> = (0..more).collect();
    for slice in numbers.chunks(MORE_AT_ONCE) {
        hub.store.write::<_, anyhow::Error>(|transaction| {
            for &number in slice {
                let mut id = [0xd0; 16];
                id[12..].copy_from_slice(&number.to_be_bytes());
                let at = now - SignedDuration::from_secs(i64::from(more - number));
                let enrolment = sample::without_warning(number, village.code, programme, at);
                let enrolment = enrolment.context("a sample is malformed")?;
                let enrolment = RawValue::from_string(serde_json::to_string(&enrolment)?)?;
                let id = RecordId::from_bytes(id);
                let push = RecordPush { id, revision: 1, saved_at: at, sequence: None, place: None, enrolment };
                if record::get(transaction, id)?.is_none() {
                    intake::take(hub, transaction, &phone, village, &push, (at.as_millisecond(), 0))?;
                }
            }
            Ok(())
        })?;
    }
    Ok(more as usize)
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
