//! What the office looks for and counts.

use super::sql::{self, Connection, OptionalExtension as _, SqlError, params};
use super::{from_json, parsed};
use crate::rights::Scope;
use payung_domain::programme::ProgrammeId;
use payung_domain::region::VillageCode;
use payung_domain::state::State;
use payung_domain::{Nik, RecordId};

/// What the list shows. Empty texts filter nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// State keys; empty means all.
    pub states: Vec<&'static str>,
    /// A village's code.
    pub village: String,
    /// A part of the name, or digits of the NIK.
    pub text: String,
}

/// One row of the list.
pub struct Found {
    /// The record.
    pub id: RecordId,
    /// The person.
    pub name: String,
    /// To be shown masked.
    pub nik: Nik,
    /// Name of the village.
    pub village: String,
    /// Where it stands.
    pub state: State,
    /// Unix milliseconds.
    pub received_at: i64,
    /// The kader's name.
    pub kader: String,
    /// Another record has the same NIK.
    pub has_twin: bool,
}

/// A page of records, the longest waiting first, and how many there are.
pub fn records(
    connection: &Connection,
    scope: Scope,
    filter: &Filter,
    offset: u32,
    most: u32,
) -> sql::Result<(Vec<Found>, u32)> {
    let states = format!(",{},", filter.states.join(","));
    let digits: String = filter.text.chars().filter(char::is_ascii_digit).collect();
    let is_of_nik = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | '-');
    let is_nik = !digits.is_empty() && filter.text.chars().all(is_of_nik);
    let pattern = |text: &str| text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let name = if is_nik { String::new() } else { pattern(filter.text.trim().to_uppercase().as_str()) };
    let nik = if is_nik { digits } else { String::new() };
    let condition = "(?1 = ',,' OR ?1 LIKE '%,' || state || ',%')
         AND (?2 = '' OR record.village = ?2)
         AND (?3 = '' OR upper(record.name) LIKE '%' || ?3 || '%' ESCAPE '\\')
         AND (?4 = '' OR record.nik LIKE ?4 || '%')";
    // An equation of its own, so that the index by village serves who sees one village only.
    let within = match scope {
        Scope::All => "?5 = ''",
        Scope::Village(_) => "record.village = ?5",
    };
    let total = connection
        .prepare_cached(&format!("SELECT count(*) FROM record WHERE {within} AND {condition}"))?
        .query_row(params![states, filter.village, name, nik, scope.sql()], |row| row.get(0))?;
    let rows = connection
        .prepare_cached(&format!(
            "SELECT record.id, record.name, nik, village.name, state_json, received_at, device.kader_name,
                 EXISTS (SELECT 1 FROM record AS twin WHERE twin.nik = record.nik AND twin.id <> record.id
                     AND (?5 = '' OR twin.village = ?5))
             FROM record JOIN village ON village.code = record.village JOIN device ON device.id = record.device_id
             WHERE {within} AND {condition} ORDER BY received_at, record.id LIMIT ?6 OFFSET ?7"
        ))?
        .query_map(params![states, filter.village, name, nik, scope.sql(), most, offset], |row| {
            Ok(Found {
                id: parsed(&row.get::<_, String>(0)?)?,
                name: row.get(1)?,
                nik: Nik::parse(&row.get::<_, String>(2)?).map_err(|_| SqlError::Unreadable)?,
                village: row.get(3)?,
                state: from_json(&row.get::<_, String>(4)?)?,
                received_at: row.get(5)?,
                kader: row.get(6)?,
                has_twin: row.get(7)?,
            })
        })?
        .collect::<sql::Result<_>>()?;
    Ok((rows, total))
}

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

/// Other records with this NIK that still count, the oldest first.
pub fn twins(connection: &Connection, scope: Scope, id: RecordId, nik: &Nik) -> sql::Result<Vec<Found>> {
    let filter = Filter { text: nik.digits().to_owned(), ..Filter::default() };
    let (found, _) = records(connection, scope, &filter, 0, 20)?;
    Ok(found.into_iter().filter(|twin| twin.id != id).collect())
}

/// The undecided record that follows this one by age; after the youngest the oldest.
pub fn next_to_decide(connection: &Connection, after: RecordId) -> sql::Result<Option<RecordId>> {
    connection
        .prepare_cached(
            "SELECT id FROM record WHERE state IN ('received', 'corrected') AND id <> ?1
             ORDER BY (received_at, id) < (SELECT received_at, id FROM record WHERE id = ?1), received_at, id LIMIT 1",
        )?
        .query_row([after.to_string()], |row| parsed(&row.get::<_, String>(0)?))
        .optional()
}

/// How many records stand in each state, by state key.
pub fn by_state(connection: &Connection, scope: Scope) -> sql::Result<Vec<(String, u32)>> {
    let within = match scope {
        Scope::All => "?1 = ''",
        Scope::Village(_) => "village = ?1",
    };
    connection
        .prepare_cached(&format!("SELECT state, count(*) FROM record WHERE {within} GROUP BY state ORDER BY state"))?
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

/// Another record of the same person that has been agreed to: placed, covered, waiting or about to be.
pub fn is_agreed_elsewhere(connection: &Connection, nik: &Nik, but: RecordId) -> sql::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM record WHERE nik = ?1 AND id <> ?2
                 AND state IN ('verified', 'waiting_list', 'placed', 'active'))",
        )?
        .query_row(params![nik.digits(), but.to_string()], |row| row.get(0))
}

/// Undecided records of the same person.
pub fn undecided_twins(connection: &Connection, nik: &Nik, but: RecordId) -> sql::Result<Vec<RecordId>> {
    connection
        .prepare_cached("SELECT id FROM record WHERE nik = ?1 AND id <> ?2 AND state IN ('received', 'corrected')")?
        .query_map(params![nik.digits(), but.to_string()], |row| parsed(&row.get::<_, String>(0)?))?
        .collect()
}

/// The NIKs of a regency (`35.22.`) whose records count.
pub fn niks_of(connection: &Connection, regency: &str) -> sql::Result<Vec<String>> {
    connection
        .prepare_cached(
            "SELECT DISTINCT nik FROM record WHERE village LIKE ?1 || '%'
                 AND state NOT IN ('rejected', 'withdrawn', 'ended')",
        )?
        .query_map([regency], |row| row.get(0))?
        .collect()
}
