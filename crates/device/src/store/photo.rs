//! Photos, encrypted with everything else.

use super::{Result, draft, record};
use jiff::Timestamp;
use payung_domain::enrolment::{Photo, PhotoKind};
use payung_domain::{PhotoHash, RecordId};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

/// Stores a photo for the open draft; it takes the place of the draft's photo of the same kind.
///
/// A photo that was still being made smaller when the record was saved opens the record again, so that the kader sees it.
pub(crate) fn add(
    tx: &Transaction,
    id: RecordId,
    kind: PhotoKind,
    jpeg: &[u8],
    thumbnail: &[u8],
    now: Timestamp,
) -> Result<PhotoHash> {
    draft::reopen(tx, id, now)?;
    let (number, sha256) = (record::number(tx, id)?, PhotoHash::of(jpeg));
    tx.execute("UPDATE photo SET in_draft = 0 WHERE record_number = ?1 AND kind = ?2", params![number, kind.key()])?;
    tx.execute(
        "INSERT INTO photo (record_number, sha256, kind, jpeg, thumbnail, in_draft) VALUES (?1, ?2, ?3, ?4, ?5, 1)
         ON CONFLICT (record_number, sha256) DO UPDATE SET in_draft = 1",
        params![number, sha256.to_string(), kind.key(), jpeg, thumbnail],
    )?;
    Ok(sha256)
}

/// The photos that the open draft shows.
pub(crate) fn of_draft(db: &Connection, record_number: i64) -> Result<Vec<Photo>> {
    let mut statement = db.prepare_cached(
        "SELECT kind, sha256, length(jpeg) FROM photo WHERE record_number = ?1 AND in_draft = 1 ORDER BY kind",
    )?;
    let rows = statement.query_map([record_number], read)?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

fn read(row: &Row) -> rusqlite::Result<Option<Photo>> {
    let (kind, sha256, bytes): (String, String, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(PhotoKind::from_key(&kind).zip(sha256.parse().ok()).map(|(kind, sha256)| Photo {
        kind,
        sha256,
        bytes: u64::from(bytes),
    }))
}

/// Marks the photos that the saved revision names, and forgets those that nothing names: not the open draft, not the
/// saved revision, and none that has left the phone and that the hub may hold.
pub(crate) fn settle(tx: &Transaction, record_number: i64) -> Result<()> {
    tx.execute(
        "UPDATE photo SET in_record = sha256 IN (
            SELECT p.value ->> 'sha256' FROM record r, json_each(r.enrolment, '$.photos') p WHERE r.number = ?1)
         WHERE record_number = ?1",
        [record_number],
    )?;
    tx.execute(
        "DELETE FROM photo WHERE record_number = ?1 AND in_draft = 0 AND in_record = 0 AND sha256 NOT IN (
            SELECT p.value ->> 'sha256' FROM sent s, json_each(s.enrolment, '$.photos') p WHERE s.record_number = ?1)",
        [record_number],
    )?;
    Ok(())
}

/// The open draft is closed: it shows no photo any more.
pub(crate) fn close_draft(tx: &Transaction, record_number: i64) -> Result<()> {
    tx.execute("UPDATE photo SET in_draft = 0 WHERE record_number = ?1", [record_number])?;
    settle(tx, record_number)
}

/// The JPEG of a photo, or its thumbnail.
pub(crate) fn jpeg(db: &Connection, id: RecordId, sha256: PhotoHash, is_thumbnail: bool) -> Result<Option<Vec<u8>>> {
    let number = record::number(db, id)?;
    let sql = if is_thumbnail {
        "SELECT thumbnail FROM photo WHERE record_number = ?1 AND sha256 = ?2"
    } else {
        "SELECT jpeg FROM photo WHERE record_number = ?1 AND sha256 = ?2"
    };
    Ok(db.prepare_cached(sql)?.query_row(params![number, sha256.to_string()], |row| row.get(0)).optional()?)
}

/// A photo that the hub does not hold yet.
pub(crate) struct Upload {
    pub sha256: PhotoHash,
    pub jpeg: Vec<u8>,
    /// Where an earlier try stopped; empty when there was none.
    pub url: String,
}

/// The next photo to send whose record's text is at the hub, smallest first, those in `tried` left out.
pub(crate) fn next_upload(db: &Connection, tried: &[PhotoHash]) -> Result<Option<Upload>> {
    let tried = serde_json::to_string(tried)?;
    let row = db
        .prepare_cached(
            "SELECT p.sha256, p.jpeg, p.upload_url FROM photo p JOIN outbox o USING (record_number)
             WHERE o.is_text_held = 1 AND p.is_held = 0 AND p.in_record = 1
               AND p.sha256 NOT IN (SELECT value FROM json_each(?1))
             ORDER BY length(p.jpeg), p.record_number LIMIT 1",
        )?
        .query_row([tried], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    Ok(row.and_then(|(sha256, jpeg, url)| Some(Upload { sha256: sha256.parse().ok()?, jpeg, url })))
}

/// Remembers where an upload goes on; an empty address starts anew.
pub(crate) fn set_upload_url(tx: &Transaction, sha256: PhotoHash, url: &str) -> Result<()> {
    tx.execute("UPDATE photo SET upload_url = ?2 WHERE sha256 = ?1", params![sha256.to_string(), url])?;
    Ok(())
}
