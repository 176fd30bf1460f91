//! Places of the quota that the hub has lent to this phone, and to whom they were promised.

use super::{Result, setting};
use jiff::Timestamp;
use payung_domain::RecordId;
use payung_domain::wire::{Lease, LeaseAsk};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

/// Unpromised places that a phone would like to have: a good day's work.
const WANTED: u32 = 20;

/// Places promised to people of whom the hub has not heard.
fn promised(db: &Connection) -> Result<Vec<u32>> {
    let mut statement = db.prepare_cached(
        "SELECT place FROM record JOIN outbox ON record_number = number
         WHERE place IS NOT NULL AND is_text_held = 0 ORDER BY place",
    )?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// What to say to the hub about places; nothing where the programme counts none.
pub(crate) fn ask(db: &Connection) -> Result<Option<LeaseAsk>> {
    if setting::village(db)?.is_none_or(|village| village.places.quota.is_none()) {
        return Ok(None);
    }
    let mut places = promised(db)?;
    let wanted = WANTED.saturating_add(u32::try_from(places.len()).unwrap_or(0));
    let lease = lease(db)?;
    let serial = lease.as_ref().map_or(0, |lease| lease.serial);
    places.extend(lease.into_iter().flat_map(|lease| lease.places));
    places.sort_unstable();
    places.dedup();
    Ok(Some(LeaseAsk { serial, places, wanted }))
}

/// What the hub has lent.
pub(crate) fn lease(db: &Connection) -> Result<Option<Lease>> {
    Ok(setting::get::<Option<Lease>>(db, setting::LEASE)?.flatten())
}

/// The hub has a record without having said in the same breath what this phone may promise from now on: the place that the
/// record was promised is no longer among what was lent.
pub(crate) fn spend(tx: &Transaction, id: RecordId) -> Result<()> {
    let promised: Option<Option<u32>> =
        tx.query_row("SELECT place FROM record WHERE id = ?1", [id.to_string()], |row| row.get(0)).optional()?;
    let (Some(Some(place)), Some(mut lease)) = (promised, lease(tx)?) else { return Ok(()) };
    lease.places.retain(|lent| *lent != place);
    setting::set(tx, setting::LEASE, &Some(lease))
}

/// Places that may be promised now, ascending.
pub(crate) fn free(db: &Connection, now: Timestamp) -> Result<Vec<u32>> {
    let hub_time = setting::hub_time(db, now)?;
    let Some(mut lease) = lease(db)?.filter(|lease| hub_time < lease.until) else { return Ok(Vec::new()) };
    let promised = promised(db)?;
    lease.places.retain(|place| !promised.contains(place));
    Ok(lease.places)
}

/// Promises the lowest free place to a person, if there is one.
pub(crate) fn promise(tx: &Transaction, record_number: i64, now: Timestamp) -> Result<()> {
    if let Some(place) = free(tx, now)?.first() {
        tx.execute("UPDATE record SET place = ?2 WHERE number = ?1", params![record_number, place])?;
    }
    Ok(())
}
