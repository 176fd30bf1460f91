//! Parcels of other phones on their way, and the hub's answers on their way back.

use super::Result;
use crate::sync::parcel::Carried;
use payung_domain::ids::ContentHash;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// A hub's answer as it may be shown to the phone that packed the parcel.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct Answer {
    /// Byte for byte as it was signed.
    pub body: String,
    /// Base64.
    pub signature: String,
}

/// Takes parcels along; one that is known already is not taken twice. Tells how many are new.
pub(crate) fn take_along(tx: &Transaction, parcels: &[&[u8]]) -> Result<usize> {
    let mut added = 0;
    for sealed in parcels {
        let digest = ContentHash::of(sealed).to_string();
        added +=
            tx.execute("INSERT OR IGNORE INTO carried (digest, sealed) VALUES (?1, ?2)", params![digest, sealed])?;
    }
    Ok(added)
}

/// The next parcel to deliver after one, with its digest.
pub(crate) fn next(db: &Connection, after: &str) -> Result<Option<(String, Vec<u8>)>> {
    let sql =
        "SELECT digest, sealed FROM carried WHERE answer = '' AND refused = 0 AND digest > ?1 ORDER BY digest LIMIT 1";
    Ok(db.prepare_cached(sql)?.query_row([after], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// It is delivered; the answer is kept for whoever packed it.
pub(crate) fn deliver(tx: &Transaction, digest: &str, answer: &Answer) -> Result<()> {
    tx.execute(
        "UPDATE carried SET answer = ?2, signature = ?3, sealed = x'' WHERE digest = ?1",
        params![digest, answer.body, answer.signature],
    )?;
    Ok(())
}

/// The hub can't take it. It is kept: an office may still want to look at it.
pub(crate) fn refuse(tx: &Transaction, digest: &str) -> Result<()> {
    tx.execute("UPDATE carried SET refused = 1 WHERE digest = ?1", [digest])?;
    Ok(())
}

/// More answers than these are of no use to anybody: who packed the parcel has long heard in a sync of its own.
const LATEST: u32 = 100;

/// The hub's answers to what was taken along last.
pub(crate) fn answers(db: &Connection) -> Result<Vec<Answer>> {
    let mut statement =
        db.prepare("SELECT answer, signature FROM carried WHERE answer <> '' ORDER BY rowid DESC LIMIT ?1")?;
    let rows = statement.query_map([LATEST], |row| Ok(Answer { body: row.get(0)?, signature: row.get(1)? }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many wait, are answered, and are refused.
pub(crate) fn count(db: &Connection) -> Result<Carried> {
    let sql = "SELECT count(*) FILTER (WHERE answer = '' AND refused = 0), count(*) FILTER (WHERE answer <> ''),
               count(*) FILTER (WHERE refused = 1) FROM carried";
    Ok(db.query_row(sql, [], |row| Ok(Carried { waiting: row.get(0)?, answered: row.get(1)?, refused: row.get(2)? }))?)
}
