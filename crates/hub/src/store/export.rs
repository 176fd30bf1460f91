//! Files for BPJS: who is in which, and what was answered.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Row, Transaction, params};
use payung_domain::programme::ProgrammeId;
use payung_domain::region::VillageCode;
use payung_domain::{Nik, RecordId};

/// A file for BPJS.
#[derive(Clone, Debug)]
pub struct Export {
    /// 16 hex digits.
    pub id: String,
    /// Whose people.
    pub programme: ProgrammeId,
    /// Counts those of the programme, from 1.
    pub number: u32,
    /// Unix milliseconds.
    pub made_at: i64,
    /// `user:<name>`.
    pub made_by: String,
    /// Its columns, TOML.
    pub template: String,
    /// `gathering`, `writing`, `ready`, `empty` or `failed`.
    pub state: String,
    /// The last village whose people are in it; empty before the first.
    pub done_village: String,
    /// How many are in it.
    pub people: u32,
    /// The file, once it is written.
    pub xlsx: Option<String>,
    /// The same as CSV.
    pub csv: Option<String>,
}

const COLUMNS: &str = "id, programme, number, made_at, made_by, template, state, done_village, people, xlsx, csv";

fn row(row: &Row) -> sql::Result<Export> {
    Ok(Export {
        id: row.get(0)?,
        programme: parsed(&row.get::<_, String>(1)?)?,
        number: row.get(2)?,
        made_at: row.get(3)?,
        made_by: row.get(4)?,
        template: row.get(5)?,
        state: row.get(6)?,
        done_village: row.get(7)?,
        people: row.get(8)?,
        xlsx: row.get(9)?,
        csv: row.get(10)?,
    })
}

/// Begins one with the programme's next number.
pub fn begin(transaction: &Transaction, new: &Export) -> sql::Result<u32> {
    let number: u32 = transaction
        .prepare_cached("SELECT coalesce(max(number), 0) + 1 FROM export WHERE programme = ?1")?
        .query_row([new.programme.as_str()], |row| row.get(0))?;
    transaction
        .prepare_cached(
            "INSERT INTO export (id, programme, number, made_at, made_by, template, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'gathering')",
        )?
        .execute(params![new.id, new.programme.as_str(), number, new.made_at, new.made_by, new.template])?;
    Ok(number)
}

/// One.
pub fn get(connection: &Connection, id: &str) -> sql::Result<Option<Export>> {
    connection.prepare_cached(&format!("SELECT {COLUMNS} FROM export WHERE id = ?1"))?.query_row([id], row).optional()
}

/// The newest first.
pub fn list(connection: &Connection, most: u32) -> sql::Result<Vec<Export>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM export ORDER BY made_at DESC, id LIMIT ?1"))?
        .query_map([most], row)?
        .collect()
}

/// Whether one of the programme's is being made.
pub fn is_making(connection: &Connection, programme: &ProgrammeId) -> sql::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM export WHERE programme = ?1 AND state IN ('gathering', 'writing'))",
        )?
        .query_row([programme.as_str()], |row| row.get(0))
}

/// Writes how far it is.
pub fn set(transaction: &Transaction, export: &Export) -> sql::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE export SET state = ?2, done_village = ?3, people = ?4, xlsx = ?5, csv = ?6 WHERE id = ?1",
        )?
        .execute(params![export.id, export.state, export.done_village, export.people, export.xlsx, export.csv])?;
    Ok(())
}

/// Lets go of everybody in it: they are ready for another file.
pub fn release(transaction: &Transaction, id: &str) -> sql::Result<()> {
    transaction.prepare_cached("DELETE FROM export_row WHERE export_id = ?1")?.execute([id])?;
    Ok(())
}

/// Who has a place and is in no file that BPJS has not answered well.
const READY: &str = "state = 'placed' AND NOT EXISTS (SELECT 1 FROM export_row
    WHERE export_row.record_id = record.id AND export_row.state IN ('open', 'refused'))";

/// How many would be in a programme's next file.
pub fn ready(connection: &Connection, programme: &ProgrammeId) -> sql::Result<u32> {
    connection
        .prepare_cached(&format!("SELECT count(*) FROM record WHERE programme = ?1 AND {READY}"))?
        .query_row([programme.as_str()], |row| row.get(0))
}

/// The programme's next village with somebody who has a place.
pub fn next_village(connection: &Connection, programme: &ProgrammeId, after: &str) -> sql::Result<Option<VillageCode>> {
    let found: Option<String> = connection
        .prepare_cached("SELECT min(village) FROM record WHERE programme = ?1 AND village > ?2 AND state = 'placed'")?
        .query_row(params![programme.as_str(), after], |row| row.get(0))?;
    found.map(|code| parsed(&code)).transpose()
}

/// Puts a village's people into the file, by name; tells how many.
pub fn gather(transaction: &Transaction, export: &Export, village: VillageCode) -> sql::Result<u32> {
    let people: Vec<(String, u32, String)> = transaction
        .prepare_cached(&format!(
            "SELECT id, revision, nik FROM record WHERE programme = ?1 AND village = ?2 AND {READY} ORDER BY name, id"
        ))?
        .query_map(params![export.programme.as_str(), village.to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<sql::Result<_>>()?;
    let mut add = transaction.prepare_cached(
        "INSERT INTO export_row (export_id, position, record_id, revision, nik, state) VALUES (?1, ?2, ?3, ?4, ?5, 'open')",
    )?;
    let mut position = export.people;
    for (id, revision, nik) in &people {
        position += 1;
        add.execute(params![export.id, position, id, revision, nik])?;
    }
    Ok(position - export.people)
}

/// A row of a file with what it is made of.
pub struct Line {
    /// From 1.
    pub position: u32,
    /// The revision's JSON.
    pub body: String,
}

/// Up to `most` rows after a position.
pub fn lines(connection: &Connection, export: &str, after: u32, most: u32) -> sql::Result<Vec<Line>> {
    connection
        .prepare_cached(
            "SELECT position, body FROM export_row JOIN revision USING (record_id, revision)
             WHERE export_id = ?1 AND position > ?2 ORDER BY position LIMIT ?3",
        )?
        .query_map(params![export, after, most], |row| Ok(Line { position: row.get(0)?, body: row.get(1)? }))?
        .collect()
}

/// How many rows of a file are in which state: `open`, `covered`, `refused`, `settled`.
pub fn counts(connection: &Connection, export: &str) -> sql::Result<Vec<(String, u32)>> {
    connection
        .prepare_cached("SELECT state, count(*) FROM export_row WHERE export_id = ?1 GROUP BY state ORDER BY state")?
        .query_map([export], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// A person's row of a file.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The file.
    pub export: String,
    /// The file's number.
    pub number: u32,
    /// From 1.
    pub position: u32,
    /// Whose.
    pub record: RecordId,
    /// `open`, `covered`, `refused` or `settled`.
    pub state: String,
    /// Of a refusal, in the words of BPJS.
    pub reason: String,
}

const ASKED: &str = "export_id, number, position, record_id, export_row.state, reason
    FROM export_row JOIN export ON export.id = export_id";

fn asked(row: &Row) -> sql::Result<Asked> {
    Ok(Asked {
        export: row.get(0)?,
        number: row.get(1)?,
        position: row.get(2)?,
        record: parsed(&row.get::<_, String>(3)?)?,
        state: row.get(4)?,
        reason: row.get(5)?,
    })
}

/// The row of a NIK in one file.
pub fn by_nik(connection: &Connection, export: &str, nik: &Nik) -> sql::Result<Option<Asked>> {
    connection
        .prepare_cached(&format!("SELECT {ASKED} WHERE export_id = ?1 AND nik = ?2 ORDER BY position LIMIT 1"))?
        .query_row(params![export, nik.digits()], asked)
        .optional()
}

/// The newest row of a record.
pub fn of_record(connection: &Connection, record: RecordId) -> sql::Result<Option<Asked>> {
    connection
        .prepare_cached(&format!("SELECT {ASKED} WHERE record_id = ?1 ORDER BY made_at DESC, number DESC LIMIT 1"))?
        .query_row([record.to_string()], asked)
        .optional()
}

/// Those whom BPJS has refused and with whom the office has not dealt, with name and village.
pub fn refused(connection: &Connection, export: &str, most: u32) -> sql::Result<Vec<(Asked, String, String)>> {
    connection
        .prepare_cached(
            "SELECT export_id, number, position, record_id, export_row.state, reason, record.name, village.name
             FROM export_row JOIN export ON export.id = export_id JOIN record ON record.id = record_id
             JOIN village ON village.code = record.village
             WHERE export_id = ?1 AND export_row.state = 'refused' ORDER BY position LIMIT ?2",
        )?
        .query_map(params![export, most], |row| Ok((asked(row)?, row.get(6)?, row.get(7)?)))?
        .collect()
}

/// What has become of a row.
pub fn answer(transaction: &Transaction, row: &Asked, state: &str, reason: &str, now: i64) -> sql::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE export_row SET state = ?3, reason = ?4, answered_at = ?5 WHERE export_id = ?1 AND position = ?2",
        )?
        .execute(params![row.export, row.position, state, reason, now])?;
    Ok(())
}
