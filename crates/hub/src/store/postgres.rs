//! What only PostgreSQL needs: its schema and how it is brought up to date.

use super::MIGRATIONS;
use super::sql::{self, Connection, OptionalExtension as _};
use crate::error::HubError;
use std::collections::BTreeMap;

/// The schema's files. The first one makes what SQLite's first five make; each of the others stands beside SQLite's of the
/// same name, and after as many a database has the same version.
pub const POSTGRES_MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/postgres/0005_all_before.sql"),
    include_str!("../../migrations/postgres/0006_verification.sql"),
    include_str!("../../migrations/postgres/0007_files.sql"),
    include_str!("../../migrations/postgres/0008_pictures.sql"),
    include_str!("../../migrations/postgres/0009_card.sql"),
    include_str!("../../migrations/postgres/0010_irregularity.sql"),
    include_str!("../../migrations/postgres/0011_card_guess.sql"),
    include_str!("../../migrations/postgres/0012_indexes.sql"),
    include_str!("../../migrations/postgres/0013_reports.sql"),
    include_str!("../../migrations/postgres/0014_visits.sql"),
];
const FIRST: usize = 5;

const VERSION_TABLE: &str = "CREATE TABLE schema_version (version BIGINT NOT NULL)";

/// Brings the schema up to date. Several processes may start at once: the first one does it.
pub fn migrate(connection: &Connection) -> Result<(), HubError> {
    let transaction = connection.begin_write()?;
    let found = version(&transaction)?;
    if found > MIGRATIONS.len() {
        return Err(HubError::NewerStore { found, known: MIGRATIONS.len() });
    }
    if found == MIGRATIONS.len() {
        return Ok(());
    }
    if found == 0 {
        transaction.execute_batch(VERSION_TABLE)?;
        transaction.execute_batch("INSERT INTO schema_version (version) VALUES (0)")?;
    }
    for (version, sql) in (FIRST..).zip(POSTGRES_MIGRATIONS).filter(|(version, _)| *version > found) {
        transaction.execute_batch(sql)?;
        transaction.execute_batch(&format!("UPDATE schema_version SET version = {version}"))?;
    }
    Ok(transaction.commit()?)
}

/// How many migrations a database has been through; 0 where it is no hub's yet.
pub fn version(connection: &Connection) -> sql::Result<usize> {
    let is_there = "SELECT to_regclass('schema_version') IS NOT NULL";
    if !connection.query_row(is_there, [], |row| row.get::<_, bool>(0))? {
        return Ok(0);
    }
    let version =
        connection.query_row("SELECT version FROM schema_version", [], |row| row.get::<_, i64>(0)).optional()?;
    Ok(version.and_then(|version| usize::try_from(version).ok()).unwrap_or(0))
}

/// Every part of the schema by its name: tables with their columns, indexes, constraints, triggers and functions.
pub fn parts(connection: &Connection) -> sql::Result<BTreeMap<String, String>> {
    let schema: String = connection.query_row("SELECT current_schema()::text", [], |row| row.get(0))?;
    let parts: Vec<(String, String)> = connection
        .prepare_cached(
            "SELECT table_name || '.' || column_name, concat_ws(' ', data_type, collation_name, is_nullable, column_default)
                 FROM information_schema.columns WHERE table_schema = current_schema()
             UNION ALL SELECT indexname::text, indexdef FROM pg_indexes WHERE schemaname = current_schema()
             UNION ALL SELECT conrelid::regclass::text || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
                 WHERE connamespace = current_schema()::regnamespace AND conrelid <> 0
             UNION ALL SELECT tgname::text, concat_ws(' ', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger
                 WHERE NOT tgisinternal AND tgrelid IN
                     (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
             UNION ALL SELECT proname::text, pg_get_functiondef(oid) FROM pg_proc
                 WHERE pronamespace = current_schema()::regnamespace AND prokind = 'f'
                     AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<sql::Result<_>>()?;
    let here = format!("{schema}.");
    Ok(parts.into_iter().map(|(name, what)| (name.replace(&here, ""), what.replace(&here, ""))).collect())
}

/// The parts as this program makes them: in a schema that is there for this moment, and undone.
pub fn wanted_parts(connection: &Connection) -> sql::Result<BTreeMap<String, String>> {
    connection.execute_batch("BEGIN; CREATE SCHEMA payung_doctor; SET LOCAL search_path = payung_doctor")?;
    let make = || {
        connection.execute_batch(VERSION_TABLE)?;
        POSTGRES_MIGRATIONS.iter().try_for_each(|sql| connection.execute_batch(sql))?;
        parts(connection)
    };
    let wanted = make();
    connection.execute_batch("ROLLBACK")?;
    wanted
}
