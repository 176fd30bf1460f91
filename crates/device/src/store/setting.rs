//! Single values: the pairing, the village, how far the hub was heard, where the kader was.

use super::{Result, card, outbox, outcome};
use crate::pairing::{Paired, Pairing};
use crate::sync::{JournalEntry, Report};
use jiff::{SignedDuration, Timestamp};
use payung_domain::programme::ProgrammeId;
use payung_domain::wire::Village;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// A value by its name.
pub(crate) fn get<T: DeserializeOwned>(db: &Connection, name: &str) -> Result<Option<T>> {
    let text: Option<String> =
        db.query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0)).optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Replaces a value.
pub(crate) fn set<T: Serialize + ?Sized>(tx: &Transaction, name: &str, value: &T) -> Result<()> {
    tx.execute(
        "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        params![name, serde_json::to_string(value)?],
    )?;
    Ok(())
}

pub(crate) const PAIRING: &str = "pairing";
pub(crate) const VILLAGE: &str = "village";
pub(crate) const CURSOR: &str = "cursor";
/// When the hub was last put back to a backup, as it said.
pub(crate) const RESTORED: &str = "restored";
/// What the hub has lent of its places.
pub(crate) const LEASE: &str = "lease";
/// Who may be enrolled in the regency.
pub(crate) const ENROLLED: &str = "enrolled";
/// When that was asked for, by the hub's clock.
pub(crate) const ENROLLED_ASKED: &str = "enrolled_asked";
/// Whom the village's lists name and nobody had enrolled when the hub was asked last.
pub(crate) const CANDIDATES: &str = "candidates";
/// When that was asked for, by the hub's clock.
pub(crate) const CANDIDATES_ASKED: &str = "candidates_asked";
/// What became of visits, as it was told on this phone.
pub(crate) const OUTCOMES: &str = "outcomes";
/// The hub's clock when its last answer came.
pub(crate) const HEARD: &str = "heard";
/// How far the list of ended cards was heard.
pub(crate) const ENDED: &str = "ended";
/// When it was asked for, by the hub's clock.
pub(crate) const ENDED_ASKED: &str = "ended_asked";
/// Photos wait for a Wi-Fi.
pub(crate) const PHOTOS_ON_WIFI: &str = "photos_on_wifi";
/// This phone's own, which signs receipts.
pub(crate) const PHONE_KEY: &str = "phone_key";
const CLOCK_OFFSET: &str = "clock_offset";
const SEQUENCE: &str = "sequence";
/// What programmes are called, also those of former years.
const PROGRAMMES: &str = "programmes";

/// What the hub's clock shows now, as far as this phone can tell: its own clock may be years off, and what has been heard is over.
pub(crate) fn hub_time(db: &Connection, now: Timestamp) -> Result<Timestamp> {
    Ok(hub_time_of(db, now)?.max(get(db, HEARD)?.unwrap_or(Timestamp::MIN)))
}

/// What the hub's clock showed at a moment of this phone's.
pub(crate) fn hub_time_of(db: &Connection, at: Timestamp) -> Result<Timestamp> {
    let offset: i64 = get(db, CLOCK_OFFSET)?.unwrap_or(0);
    Ok(at.checked_add(SignedDuration::from_millis(offset)).unwrap_or(at))
}

/// Notes what the hub's clock shows now.
pub(crate) fn set_hub_time(tx: &Transaction, now: Timestamp, hub_time: Timestamp) -> Result<()> {
    set(tx, CLOCK_OFFSET, &hub_time.as_millisecond().saturating_sub(now.as_millisecond()))
}

/// Counts a save.
pub(crate) fn next_sequence(tx: &Transaction) -> Result<u32> {
    let next = get::<u32>(tx, SEQUENCE)?.unwrap_or(0) + 1;
    set(tx, SEQUENCE, &next)?;
    Ok(next)
}

/// Who the phone belongs to.
pub(crate) fn pairing(db: &Connection) -> Result<Option<Pairing>> {
    get(db, PAIRING)
}

/// Where the phone enrols, as the hub last said.
pub(crate) fn village(db: &Connection) -> Result<Option<Village>> {
    get(db, VILLAGE)
}

/// Notes where the phone enrols, and what its programme is called.
pub(crate) fn set_village(tx: &Transaction, village: &Village) -> Result<()> {
    let mut names: BTreeMap<ProgrammeId, String> = get(tx, PROGRAMMES)?.unwrap_or_default();
    let programme = &village.programme;
    if names.insert(programme.id.clone(), programme.name.clone()).as_ref() != Some(&programme.name) {
        set(tx, PROGRAMMES, &names)?;
    }
    set(tx, VILLAGE, village)
}

/// What a programme is called that the village enrols for, or has enrolled for while it was on this phone.
pub(crate) fn programme_name(db: &Connection, id: &ProgrammeId) -> Result<String> {
    let names: BTreeMap<ProgrammeId, String> = get(db, PROGRAMMES)?.unwrap_or_default();
    Ok(names.get(id).cloned().unwrap_or_else(|| id.as_str().to_owned()))
}

/// Takes over a pairing. Another hub knows nothing of what this phone has sent: all of it waits again.
pub(crate) fn take_pairing(tx: &Transaction, paired: &Paired) -> Result<()> {
    let Paired { pairing, village, phone_key } = paired;
    let old_pairing = self::pairing(tx)?;
    let old_village = self::village(tx)?;
    let is_other_hub = old_pairing.as_ref().is_some_and(|old| old.hub_key != pairing.hub_key);
    if is_other_hub {
        outbox::queue_everything(tx)?;
        outcome::tell_again(tx)?;
    }
    let is_other_village = old_village.is_some_and(|old| old.code != village.code);
    if is_other_village {
        outcome::keep_listed(tx, &[])?;
    }
    if is_other_hub || is_other_village {
        tx.execute(
            "DELETE FROM setting WHERE name IN (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            [CURSOR, LEASE, ENROLLED, ENROLLED_ASKED, CANDIDATES, CANDIDATES_ASKED, RESTORED],
        )?;
        tx.execute("UPDATE record SET place = NULL", [])?;
        card::forget(tx)?;
    }
    if old_pairing.is_some_and(|old| old.hub_url != pairing.hub_url) {
        tx.execute("UPDATE photo SET upload_url = ''", [])?;
    }
    set(tx, PAIRING, pairing)?;
    set_village(tx, village)?;
    set(tx, PHONE_KEY, phone_key)
}

/// Writes down how a sync went; the last hundred are kept.
pub(crate) fn journal(tx: &Transaction, at: Timestamp, report: &Report) -> Result<()> {
    tx.execute(
        "INSERT INTO sync_journal (at, outcome) VALUES (?1, ?2)",
        params![at.to_string(), serde_json::to_string(report)?],
    )?;
    tx.execute("DELETE FROM sync_journal WHERE number <= (SELECT max(number) FROM sync_journal) - 100", [])?;
    Ok(())
}

/// How the last syncs went, newest first.
pub(crate) fn journal_entries(db: &Connection, most: u32) -> Result<Vec<JournalEntry>> {
    let mut statement = db.prepare("SELECT at, outcome FROM sync_journal ORDER BY number DESC LIMIT ?1")?;
    let rows = statement.query_map([most], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    rows.map(|row| {
        let (at, outcome) = row?;
        Ok(JournalEntry { at: at.parse().unwrap_or(Timestamp::UNIX_EPOCH), report: serde_json::from_str(&outcome)? })
    })
    .collect()
}
