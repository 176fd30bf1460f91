//! Phones and their tokens.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Row, Transaction, params};
use crate::rights::Scope;
use payung_domain::region::VillageCode;

/// A phone that was paired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// 32 hex digits.
    pub id: String,
    /// Where it enrols.
    pub village: VillageCode,
    /// As the phone calls itself.
    pub name: String,
    /// As the office wrote it; may be empty.
    pub kader_name: String,
    /// Unix milliseconds.
    pub paired_at: i64,
    /// Unix milliseconds of the last call.
    pub last_seen_at: i64,
    /// Its token is worth nothing.
    pub is_blocked: bool,
}

const COLUMNS: &str = "id, village, name, kader_name, paired_at, last_seen_at, blocked_at IS NOT NULL";

fn row(row: &Row) -> sql::Result<Device> {
    Ok(Device {
        id: row.get(0)?,
        village: parsed(&row.get::<_, String>(1)?)?,
        name: row.get(2)?,
        kader_name: row.get(3)?,
        paired_at: row.get(4)?,
        last_seen_at: row.get(5)?,
        is_blocked: row.get(6)?,
    })
}

/// Adds a phone.
pub fn add(transaction: &Transaction, device: &Device, token_hash: &str) -> sql::Result<()> {
    transaction.execute(
        "INSERT INTO device (id, token_hash, village, name, kader_name, paired_at, last_seen_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            device.id,
            token_hash,
            device.village.to_string(),
            device.name,
            device.kader_name,
            device.paired_at,
            device.last_seen_at
        ],
    )?;
    Ok(())
}

/// The phone with this token, unless it is blocked.
pub fn by_token_hash(connection: &Connection, hash: &str) -> sql::Result<Option<Device>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM device WHERE token_hash = ?1 AND blocked_at IS NULL"))?
        .query_row([hash], row)
        .optional()
}

/// Whether no phone was ever paired.
pub fn is_empty(connection: &Connection) -> sql::Result<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM device)", [], |row| row.get(0))
}

/// One phone, blocked or not.
pub fn get(connection: &Connection, id: &str) -> sql::Result<Option<Device>> {
    connection.prepare_cached(&format!("SELECT {COLUMNS} FROM device WHERE id = ?1"))?.query_row([id], row).optional()
}

/// Every phone, by village.
pub fn list(connection: &Connection) -> sql::Result<Vec<Device>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM device ORDER BY village, paired_at"))?
        .query_map([], row)?
        .collect()
}

/// The phones of the villages that the asker may see, by village.
pub fn list_within(connection: &Connection, scope: Scope) -> sql::Result<Vec<Device>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM device WHERE ?1 = '' OR village = ?1 ORDER BY village, paired_at"
        ))?
        .query_map([scope.sql()], row)?
        .collect()
}

/// Notes that a phone has called, and how far its clock is behind ours, in milliseconds.
pub fn seen(transaction: &Transaction, id: &str, now: i64, clock_offset: i64) -> sql::Result<()> {
    transaction
        .prepare_cached("UPDATE device SET last_seen_at = ?2, clock_offset = ?3 WHERE id = ?1")?
        .execute(params![id, now, clock_offset])?;
    Ok(())
}

/// How far a phone's clock was behind ours at its last sync, in milliseconds.
pub fn clock_offset(connection: &Connection, id: &str) -> sql::Result<Option<i64>> {
    connection.prepare_cached("SELECT clock_offset FROM device WHERE id = ?1")?.query_row([id], |row| row.get(0))
}

/// Ends a phone's right to call; tells whether there is such a phone that had it, where the asker may see it.
pub fn block(transaction: &Transaction, id: &str, scope: Scope, now: i64) -> sql::Result<bool> {
    let changed = transaction.execute(
        "UPDATE device SET blocked_at = ?2 WHERE id = ?1 AND blocked_at IS NULL AND (?3 = '' OR village = ?3)",
        params![id, now, scope.sql()],
    )?;
    Ok(changed == 1)
}

/// The office's decisions that the phone of their record has not synced since, and the time of the oldest. A blocked phone
/// waits for nothing. Read from each village's newest change back, no further than its phone's last sync.
pub fn unsent_decisions(connection: &Connection) -> sql::Result<(u64, Option<i64>)> {
    let mut phones =
        connection.prepare_cached("SELECT id, village, last_seen_at FROM device WHERE blocked_at IS NULL")?;
    let phones = phones.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let (mut count, mut oldest) = (0, None);
    for (id, village, seen) in phones.collect::<sql::Result<Vec<(String, String, i64)>>>()? {
        let mut before = i64::MAX;
        loop {
            let page = changes_before(connection, &village, &id, before)?;
            let news = page.iter().take_while(|(_, at, _)| *at > seen);
            for (_, at, _) in news.clone().filter(|(.., is_decision)| *is_decision) {
                count += 1;
                oldest = Some(oldest.map_or(*at, |oldest: i64| oldest.min(*at)));
            }
            match page.last() {
                Some((seq, ..)) if news.count() == PAGE => before = *seq,
                _ => break,
            }
        }
    }
    Ok((count, oldest))
}

/// Changes that are read at once.
const PAGE: usize = 32;

/// A page of a village's changes before this one, the newest first: its number and time, and whether the office decided
/// about a record of this phone.
fn changes_before(
    connection: &Connection,
    village: &str,
    device: &str,
    before: i64,
) -> sql::Result<Vec<(i64, i64, bool)>> {
    connection
        .prepare_cached(&format!(
            "SELECT change.seq, change.at, change.actor LIKE 'user:%' AND record.device_id = ?2
             FROM change JOIN record ON record.id = change.record_id
             WHERE change.village = ?1 AND change.seq < ?3 ORDER BY change.seq DESC LIMIT {PAGE}"
        ))?
        .query_map(params![village, device, before], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect()
}
