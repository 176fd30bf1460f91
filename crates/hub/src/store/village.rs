//! The villages that this hub serves.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Row, Transaction, params};
use crate::rights::Scope;
use payung_domain::programme::ProgrammeId;
use payung_domain::region::VillageCode;

/// A village with its programme.
#[derive(Clone, Debug, PartialEq)]
pub struct VillageRow {
    /// Kemendagri code.
    pub code: VillageCode,
    /// Its name.
    pub name: String,
    /// Its district's name.
    pub district: String,
    /// Its regency's name.
    pub regency: String,
    /// What it enrols for.
    pub programme: ProgrammeId,
}

const COLUMNS: &str = "code, name, district, regency, programme";

fn row(row: &Row) -> sql::Result<VillageRow> {
    Ok(VillageRow {
        code: parsed(&row.get::<_, String>(0)?)?,
        name: row.get(1)?,
        district: row.get(2)?,
        regency: row.get(3)?,
        programme: parsed(&row.get::<_, String>(4)?)?,
    })
}

/// Adds a village, or gives a known one another name and programme.
pub fn put(transaction: &Transaction, village: &VillageRow, now: i64) -> sql::Result<()> {
    transaction.execute(
        "INSERT INTO village (code, name, district, regency, programme, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, district = excluded.district,
             regency = excluded.regency, programme = excluded.programme",
        params![
            village.code.to_string(),
            village.name,
            village.district,
            village.regency,
            village.programme.as_str(),
            now
        ],
    )?;
    Ok(())
}

/// One village.
pub fn get(connection: &Connection, code: VillageCode) -> sql::Result<Option<VillageRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM village WHERE code = ?1"))?
        .query_row([code.to_string()], row)
        .optional()
}

/// All villages by code.
pub fn list(connection: &Connection) -> sql::Result<Vec<VillageRow>> {
    connection.prepare_cached(&format!("SELECT {COLUMNS} FROM village ORDER BY code"))?.query_map([], row)?.collect()
}

/// The villages that the asker may see, by code.
pub fn list_within(connection: &Connection, scope: Scope) -> sql::Result<Vec<VillageRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM village WHERE ?1 = '' OR code = ?1 ORDER BY code"))?
        .query_map([scope.sql()], row)?
        .collect()
}
