//! Whom lists name, for the village's phones to visit.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Row, Transaction, params};
use crate::rights::Scope;
use payung_domain::Nik;
use payung_domain::programme::{ProgrammeId, SourceId};
use payung_domain::region::VillageCode;
use payung_domain::wire::Candidate;

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
    })
}

/// Somebody with the village.
pub fn get(
    connection: &Connection,
    programme: &ProgrammeId,
    nik: &Nik,
) -> sql::Result<Option<(VillageCode, Candidate)>> {
    connection
        .prepare_cached(
            "SELECT nik, source, name, address, rt, rw, village FROM candidate WHERE programme = ?1 AND nik = ?2",
        )?
        .query_row(params![programme.as_str(), nik.digits()], |row| {
            Ok((parsed(&row.get::<_, String>(6)?)?, candidate(row)?))
        })
        .optional()
}

/// Adds somebody, or says anew what a list has.
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
            "SELECT nik, source, name, address, rt, rw FROM candidate WHERE village = ?1 AND programme = ?2
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

/// How many are on lists, and how many of these nobody has enrolled, by village code.
pub fn count(connection: &Connection, scope: Scope) -> sql::Result<Vec<(String, u32, u32)>> {
    connection
        .prepare_cached(&format!(
            "SELECT village, count(*), count(*) FILTER (WHERE NOT EXISTS
                 (SELECT 1 FROM record WHERE record.nik = candidate.nik AND {ENROLLED}))
             FROM candidate WHERE ?1 = '' OR village = ?1 GROUP BY village ORDER BY village"
        ))?
        .query_map([scope.sql()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect()
}
