//! Photos, encrypted with everything else.

use super::{Result, draft, record};
use crate::sync::parcel::PhotoToSend;
use jiff::Timestamp;
use payung_domain::enrolment::{Photo, PhotoFault, PhotoKind};
use payung_domain::{Field, PhotoHash, RecordId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// A photo as it was taken.
pub struct NewPhoto {
    /// What it shows.
    pub kind: PhotoKind,
    /// Upright, small, without metadata.
    pub jpeg: Vec<u8>,
    /// A small JPEG for lists.
    pub thumbnail: Vec<u8>,
    /// What it should be taken again for.
    pub faults: Vec<PhotoFault>,
}

/// Stores a photo for the open draft; it takes the place of the draft's photo of the same kind, and the reason for
/// which that one was kept is forgotten.
///
/// A photo that was still being made smaller when the record was saved opens the record again, so that the kader sees it.
pub(crate) fn add(tx: &Transaction, id: RecordId, photo: NewPhoto, now: Timestamp) -> Result<Photo> {
    draft::reopen(tx, id, now)?;
    draft::set_field(tx, id, Field::PhotoReason, "", now)?;
    let NewPhoto { kind, jpeg, thumbnail, faults } = photo;
    let (number, sha256) = (record::number(tx, id)?, PhotoHash::of(&jpeg));
    tx.execute("UPDATE photo SET in_draft = 0 WHERE record_number = ?1 AND kind = ?2", params![number, kind.key()])?;
    tx.execute(
        "INSERT INTO photo (record_number, sha256, kind, faults, jpeg, thumbnail, in_draft)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)
         ON CONFLICT (record_number, sha256) DO UPDATE SET in_draft = 1, faults = excluded.faults",
        params![number, sha256.to_string(), kind.key(), serde_json::to_string(&faults)?, jpeg, thumbnail],
    )?;
    Ok(Photo { kind, sha256, bytes: jpeg.len() as u64, faults })
}

/// A record's photos stand in another one's open draft as well; who was photographed a year ago has the same card.
pub(crate) fn copy(tx: &Transaction, from: RecordId, to: RecordId) -> Result<()> {
    let (from, to) = (record::number(tx, from)?, record::open_number(tx, to)?);
    tx.execute(
        "INSERT INTO photo (record_number, sha256, kind, faults, jpeg, thumbnail, in_draft)
         SELECT ?2, sha256, kind, faults, jpeg, thumbnail, 1 FROM photo WHERE record_number = ?1 AND in_record = 1",
        [from, to],
    )?;
    Ok(())
}

/// The photos that the open draft shows.
pub(crate) fn of_draft(db: &Connection, record_number: i64) -> Result<Vec<Photo>> {
    let mut statement = db.prepare_cached(
        "SELECT kind, sha256, length(jpeg), faults FROM photo WHERE record_number = ?1 AND in_draft = 1 ORDER BY kind",
    )?;
    let mut photos = Vec::new();
    let mut rows = statement.query([record_number])?;
    while let Some(row) = rows.next()? {
        let (kind, sha256): (String, String) = (row.get(0)?, row.get(1)?);
        if let (Some(kind), Ok(sha256)) = (PhotoKind::from_key(&kind), sha256.parse()) {
            let faults = serde_json::from_str(&row.get::<_, String>(3)?)?;
            photos.push(Photo { kind, sha256, bytes: row.get::<_, u32>(2)?.into(), faults });
        }
    }
    Ok(photos)
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

/// The next photo to send whose record's text is at the hub, smallest first, those in `tried` left out; only of records that
/// are in a hurry where `only_urgent` says so.
pub(crate) fn next_upload(db: &Connection, tried: &[PhotoHash], only_urgent: bool) -> Result<Option<Upload>> {
    let tried = serde_json::to_string(tried)?;
    let row = db
        .prepare_cached(
            "SELECT p.sha256, p.jpeg, p.upload_url FROM photo p JOIN outbox o USING (record_number)
             WHERE o.is_text_held = 1 AND p.is_held = 0 AND p.in_record = 1
               AND p.sha256 NOT IN (SELECT value FROM json_each(?1)) AND (o.is_urgent = 1 OR NOT ?2)
             ORDER BY length(p.jpeg), p.record_number LIMIT 1",
        )?
        .query_row(params![tried, only_urgent], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    Ok(row.and_then(|(sha256, jpeg, url)| Some(Upload { sha256: sha256.parse().ok()?, jpeg, url })))
}

/// All photos that the hub does not hold, each with the records that name it.
pub(crate) fn everything_to_send(db: &Connection) -> Result<Vec<PhotoToSend>> {
    let mut statement = db.prepare(
        "SELECT p.sha256, p.jpeg, r.id FROM photo p JOIN outbox o USING (record_number)
             JOIN record r ON r.number = p.record_number
         WHERE p.is_held = 0 AND p.in_record = 1 AND o.refusal = '' ORDER BY length(p.jpeg), p.sha256",
    )?;
    let mut rows = statement.query([])?;
    let mut photos: Vec<PhotoToSend> = Vec::new();
    while let Some(row) = rows.next()? {
        let (sha256, id): (String, String) = (row.get(0)?, row.get(2)?);
        let (Ok(sha256), Ok(id)) = (sha256.parse(), id.parse()) else { continue };
        match photos.last_mut().filter(|(last, ..)| *last == sha256) {
            Some((_, _, ids)) => ids.push(id),
            None => photos.push((sha256, row.get(1)?, vec![id])),
        }
    }
    Ok(photos)
}

/// Remembers where an upload goes on; an empty address starts anew.
pub(crate) fn set_upload_url(tx: &Transaction, sha256: PhotoHash, url: &str) -> Result<()> {
    tx.execute("UPDATE photo SET upload_url = ?2 WHERE sha256 = ?1", params![sha256.to_string(), url])?;
    Ok(())
}
