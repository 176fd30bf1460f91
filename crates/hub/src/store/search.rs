//! What the office looks for and counts.

mod list;

pub use super::paging::{Begin, Cursor};
use super::parsed;
use super::sql::{self, Connection, Dialect, OptionalExtension as _, SqlError, params};
use crate::rights::Scope;
pub use list::{Filter, Found, Page, Total, page};
use payung_domain::programme::ProgrammeId;
use payung_domain::region::VillageCode;
use payung_domain::{Nik, RecordId};

/// Whom a page names.
pub struct Person {
    /// The record.
    pub id: RecordId,
    /// The person.
    pub name: String,
    /// To be shown masked.
    pub nik: Nik,
    /// Name of the village.
    pub village: String,
    /// The kader, who can tell the person.
    pub kader: String,
}

/// One person's names.
pub fn person(connection: &Connection, id: RecordId) -> sql::Result<Person> {
    connection
        .prepare_cached(
            "SELECT record.name, nik, village.name, kader_name FROM record
             JOIN village ON village.code = record.village JOIN device ON device.id = record.device_id WHERE record.id = ?1",
        )?
        .query_row([id.to_string()], |row| {
            Ok(Person {
                id,
                name: row.get(0)?,
                nik: Nik::parse(&row.get::<_, String>(1)?).map_err(|_| SqlError::Unreadable)?,
                village: row.get(2)?,
                kader: row.get(3)?,
            })
        })
}

/// Other records with this NIK, the oldest first.
pub fn twins(connection: &Connection, scope: Scope, id: RecordId, nik: &Nik) -> sql::Result<Vec<Found>> {
    let ids: Vec<String> = connection
        .prepare_cached(
            "SELECT id FROM record WHERE nik = ?1 AND id <> ?2 AND (?3 = '' OR village = ?3)
             ORDER BY received_at, id LIMIT 20",
        )?
        .query_map(params![nik.digits(), id.to_string(), scope.sql()], |row| row.get(0))?
        .collect::<sql::Result<_>>()?;
    ids.iter().map(|id| list::found(connection, scope, id)).collect()
}

/// What the index finds is looked at once more: it does not know the order of the pieces.
pub const NAMED_ON_POSTGRES: &str = "SELECT record_id FROM person_name
    WHERE name_parts(words) @> string_to_array(?1, chr(10)) AND words LIKE ?2 ESCAPE '\\' AND words LIKE ?3 ESCAPE '\\'
        AND words LIKE ?4 ESCAPE '\\' AND words LIKE ?5 ESCAPE '\\' LIMIT ?6";

/// Up to `most` records whose names hold all of these parts, in any order: three letters or more anywhere, one or two at the
/// beginning of a word. Both engines have an index of pieces of three letters.
fn named(connection: &Connection, parts: &[String], most: u32) -> sql::Result<Vec<RecordId>> {
    if connection.dialect() == Dialect::Postgres {
        let [one, two, three, four] = &list::word_patterns(parts);
        return connection
            .prepare_cached(NAMED_ON_POSTGRES)?
            .query_map(params![pieces(parts), one, two, three, four, most], |row| parsed(&row.get::<_, String>(0)?))?
            .collect();
    }
    let quoted = |part: &String| format!("\"{}\"", filled_up(part).replace('"', "\"\""));
    let wanted = parts.iter().map(quoted).collect::<Vec<_>>().join(" AND ");
    connection
        .prepare_cached(
            "SELECT record_id FROM person_name WHERE number IN
                 (SELECT rowid FROM person_name_part WHERE person_name_part MATCH ?1 LIMIT ?2)",
        )?
        .query_map(params![wanted, most], |row| parsed(&row.get::<_, String>(0)?))?
        .collect()
}

/// As `person_name` has them: two blanks stand before each word.
fn filled_up(part: &str) -> String {
    format!("{}{part}", " ".repeat(3_usize.saturating_sub(part.chars().count())))
}

/// Pieces of three letters, one a line, as `name_parts` makes them.
fn pieces(parts: &[String]) -> String {
    let of_part = |part: &String| {
        let letters: Vec<char> = filled_up(part).chars().collect();
        letters.windows(3).map(String::from_iter).collect::<Vec<_>>()
    };
    parts.iter().flat_map(of_part).collect::<Vec<_>>().join("\n")
}

/// How many records stand in each state, by state key.
pub fn by_state(connection: &Connection, scope: Scope) -> sql::Result<Vec<(String, u32)>> {
    connection
        .prepare_cached(
            "SELECT state, CAST(sum(records) AS BIGINT) FROM standing WHERE (?1 = '' OR village = ?1) AND records > 0
             GROUP BY state ORDER BY state",
        )?
        .query_map([scope.sql()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// How many stand where, as a programme counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// Placed or active.
    pub taken: u32,
    /// On the waiting list.
    pub waiting: u32,
    /// Received or corrected.
    pub undecided: u32,
    /// Places lent to phones or kept for undecided records.
    pub lent: u32,
    /// Of these, the kept ones.
    pub kept: u32,
}

/// The use of a programme's places in one village, or everywhere.
pub fn use_of(connection: &Connection, programme: &ProgrammeId, village: Option<VillageCode>) -> sql::Result<Use> {
    let village = village.map(|village| village.to_string()).unwrap_or_default();
    let found = connection
        .prepare_cached(
            "SELECT taken, waiting, undecided, lent, kept FROM tally WHERE programme = ?1 AND village = ?2",
        )?
        .query_row(params![programme.as_str(), village], |row| {
            Ok(Use {
                taken: row.get(0)?,
                waiting: row.get(1)?,
                undecided: row.get(2)?,
                lent: row.get(3)?,
                kept: row.get(4)?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// What the person's other records are for that have been agreed to: placed, covered, waiting or about to be.
pub fn agreed_elsewhere(connection: &Connection, nik: &Nik, but: RecordId) -> sql::Result<Vec<ProgrammeId>> {
    connection
        .prepare_cached(
            "SELECT programme FROM record WHERE nik = ?1 AND id <> ?2
                 AND state IN ('verified', 'waiting_list', 'placed', 'active')",
        )?
        .query_map(params![nik.digits(), but.to_string()], |row| parsed(&row.get::<_, String>(0)?))?
        .collect()
}

/// Undecided records of the same person.
pub fn undecided_twins(connection: &Connection, nik: &Nik, but: RecordId) -> sql::Result<Vec<RecordId>> {
    connection
        .prepare_cached("SELECT id FROM record WHERE nik = ?1 AND id <> ?2 AND state IN ('received', 'corrected')")?
        .query_map(params![nik.digits(), but.to_string()], |row| parsed(&row.get::<_, String>(0)?))?
        .collect()
}

/// The NIKs of a regency (`35.22.`) whose records count. Those of a programme that no village enrols for any more do not: what was
/// agreed to last year is to be renewed.
pub fn niks_of(connection: &Connection, regency: &str) -> sql::Result<Vec<String>> {
    connection
        .prepare_cached(
            "SELECT DISTINCT nik FROM record WHERE village LIKE ?1 || '%'
                 AND state NOT IN ('rejected', 'withdrawn', 'ended')
                 AND programme IN (SELECT programme FROM village WHERE code LIKE ?1 || '%')",
        )?
        .query_map([regency], |row| row.get(0))?
        .collect()
}
