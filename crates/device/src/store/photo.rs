//! Photos, encrypted with everything else.

use super::{Result, record};
use payung_domain::enrolment::{Photo, PhotoKind};
use payung_domain::{PhotoHash, RecordId};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

/// Stores a photo for the open draft; it takes the place of the draft's photo of the same kind.
pub(crate) fn add(tx: &Transaction, id: RecordId, kind: PhotoKind, jpeg: &[u8], thumbnail: &[u8]) -> Result<PhotoHash> {
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

/// Marks the photos that the record's current revision names, and ends the draft's hold on any.
pub(crate) fn name_in_record(tx: &Transaction, record_number: i64, photos: &[Photo]) -> Result<()> {
    tx.execute(
        "UPDATE photo SET in_draft = 0, in_record = sha256 IN (SELECT value FROM json_each(?2)) WHERE record_number = ?1",
        params![record_number, hashes(photos)?],
    )?;
    Ok(())
}

/// Forgets the photos that neither the open draft nor the revisions in `kept` name.
pub(crate) fn prune(tx: &Transaction, record_number: i64, kept: &[Photo]) -> Result<()> {
    tx.execute(
        "DELETE FROM photo WHERE record_number = ?1 AND in_draft = 0
            AND sha256 NOT IN (SELECT value FROM json_each(?2))",
        params![record_number, hashes(kept)?],
    )?;
    Ok(())
}

fn hashes(photos: &[Photo]) -> Result<String> {
    Ok(serde_json::to_string(&photos.iter().map(|photo| photo.sha256).collect::<Vec<_>>())?)
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
