//! Whom lists name, for the village's phones to visit.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Row, Transaction, params};
use crate::rights::Scope;
use payung_domain::Nik;
use payung_domain::programme::{ProgrammeId, SourceId};
use payung_domain::region::VillageCode;
use payung_domain::wire::{Candidate, Outcome, VisitOutcome};

/// Records whose people are not to be visited any more: every one that counts, for what villages enrol for today.
const ENROLLED: &str =
    "state NOT IN ('rejected', 'withdrawn') AND record.programme IN (SELECT village.programme FROM village)";

fn candidate(row: &Row) -> sql::Result<Candidate> {
    Ok(Candidate {
        nik: Nik::parse(&row.get::<_, String>(0)?).map_err(|_| sql::SqlError::Unreadable)?,
        source: SourceId(row.get(1)?),
        name: row.get(2)?,
        address: row.get(3)?,
        rt: row.get(4)?,
        rw: row.get(5)?,
        outcome: Outcome::from_key(&row.get::<_, String>(6)?),
    })
}

/// Somebody with the village, as the list has them.
pub fn get(
    connection: &Connection,
    programme: &ProgrammeId,
    nik: &Nik,
) -> sql::Result<Option<(VillageCode, Candidate)>> {
    connection
        .prepare_cached(
            "SELECT nik, source, name, address, rt, rw, '', village FROM candidate
             WHERE programme = ?1 AND nik = ?2",
        )?
        .query_row(params![programme.as_str(), nik.digits()], |row| {
            Ok((parsed(&row.get::<_, String>(7)?)?, candidate(row)?))
        })
        .optional()
}

/// Adds somebody, or says anew what a list has; in another village than before the person is to be visited anew.
pub fn put(
    transaction: &Transaction,
    programme: &ProgrammeId,
    village: VillageCode,
    one: &Candidate,
    now: i64,
) -> sql::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO candidate (programme, nik, village, source, name, address, rt, rw, added_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (programme, nik) DO UPDATE SET
                 outcome = CASE WHEN candidate.village = excluded.village THEN candidate.outcome ELSE '' END,
                 village = excluded.village, source = excluded.source, name = excluded.name,
                 address = excluded.address, rt = excluded.rt, rw = excluded.rw, added_at = excluded.added_at",
        )?
        .execute(params![
            programme.as_str(),
            one.nik.digits(),
            village.to_string(),
            one.source.0,
            one.name,
            one.address,
            one.rt,
            one.rw,
            now
        ])?;
    Ok(())
}

/// Those of a village whom nobody has enrolled, by name.
pub fn to_visit(
    connection: &Connection,
    programme: &ProgrammeId,
    village: VillageCode,
    most: usize,
) -> sql::Result<Vec<Candidate>> {
    connection
        .prepare_cached(&format!(
            "SELECT nik, source, name, address, rt, rw, outcome FROM candidate WHERE village = ?1 AND programme = ?2
                 AND NOT EXISTS (SELECT 1 FROM record WHERE record.nik = candidate.nik AND {ENROLLED})
             ORDER BY name, nik LIMIT ?3"
        ))?
        .query_map(params![village.to_string(), programme.as_str(), most as i64], candidate)?
        .collect()
}

/// Whether somebody is enrolled, wherever and for whatever.
pub fn is_enrolled(connection: &Connection, nik: &Nik) -> sql::Result<bool> {
    connection
        .prepare_cached(&format!("SELECT EXISTS (SELECT 1 FROM record WHERE nik = ?1 AND {ENROLLED})"))?
        .query_row([nik.digits()], |row| row.get(0))
}

/// Notes what became of a visit; of somebody who is on none of the village's lists nothing.
pub fn note(
    transaction: &Transaction,
    (programme, village): (&ProgrammeId, VillageCode),
    told: &VisitOutcome,
    device: &str,
    now: i64,
) -> sql::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE candidate SET outcome = ?4, outcome_at = ?5, outcome_by = ?6
             WHERE programme = ?1 AND nik = ?2 AND village = ?3",
        )?
        .execute(params![
            programme.as_str(),
            told.nik.digits(),
            village.to_string(),
            told.outcome.map_or("", Outcome::key),
            now,
            device
        ])?;
    Ok(())
}

/// How many people of a village are on lists.
#[derive(Debug, PartialEq, Eq)]
pub struct Counted {
    /// The village's code.
    pub village: String,
    /// All of them.
    pub all: u32,
    /// Whom nobody has enrolled.
    pub open: u32,
    /// Of these, who need not be visited again.
    pub visited: u32,
}

/// By village code.
pub fn count(connection: &Connection, scope: Scope) -> sql::Result<Vec<Counted>> {
    connection
        .prepare_cached(&format!(
            "SELECT village, count(*), count(*) FILTER (WHERE is_open),
                 count(*) FILTER (WHERE is_open AND outcome NOT IN ('', 'not_met'))
             FROM (SELECT village, outcome, NOT EXISTS
                     (SELECT 1 FROM record WHERE record.nik = candidate.nik AND {ENROLLED}) AS is_open
                 FROM candidate WHERE ?1 = '' OR village = ?1) AS listed
             GROUP BY village ORDER BY village"
        ))?
        .query_map([scope.sql()], |row| {
            Ok(Counted { village: row.get(0)?, all: row.get(1)?, open: row.get(2)?, visited: row.get(3)? })
        })?
        .collect()
}

/// Somebody whom a kader has visited and not enrolled.
pub struct Visited {
    /// The person.
    pub candidate: Candidate,
    /// The village's code.
    pub village: String,
    /// Unix milliseconds.
    pub told_at: i64,
}

/// Whom kaders have told of and nobody has enrolled since, by village and name; at most so many.
pub fn visited(connection: &Connection, scope: Scope, most: u32) -> sql::Result<Vec<Visited>> {
    connection
        .prepare_cached(&format!(
            "SELECT nik, source, name, address, rt, rw, outcome, village, outcome_at FROM candidate
             WHERE outcome <> '' AND (?1 = '' OR village = ?1)
                 AND NOT EXISTS (SELECT 1 FROM record WHERE record.nik = candidate.nik AND {ENROLLED})
             ORDER BY village, name, nik LIMIT ?2"
        ))?
        .query_map(params![scope.sql(), most], |row| {
            Ok(Visited {
                candidate: candidate(row)?,
                village: row.get(7)?,
                told_at: row.get::<_, Option<i64>>(8)?.unwrap_or_default(),
            })
        })?
        .collect()
}
