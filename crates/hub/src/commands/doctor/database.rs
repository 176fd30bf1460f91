//! The database against itself.

use super::machine::MOST_STEP_BACK;
use super::{Finding, some};
use crate::context::{day_here, moment};
use crate::store::sql::{self, Connection, Dialect, SqlError};
use crate::store::{MIGRATIONS, audit, card, health, snapshot};
use jiff::civil::Date;

const RESTORE: &str = "Stop the hub, keep this folder as it is, and restore a backup";

/// All of it. What can't be looked at is wrong as well.
pub fn look(connection: &Connection, now: i64) -> Vec<Finding> {
    let checks: [(&'static str, sql::Result<Finding>); 8] = [
        ("database", integrity(connection)),
        ("references", references(connection)),
        ("version", version(connection)),
        ("schema", schema(connection)),
        ("last entries", last_entries(connection, now)),
        ("audit", chain(connection)),
        ("counts", counts(connection)),
        ("cards", cards(connection, day_here(moment(now)))),
    ];
    checks.into_iter().map(|(check, found)| found.unwrap_or_else(|error| unreadable(check, &error))).collect()
}

/// A check that the database does not answer.
pub fn unreadable(check: &'static str, error: &SqlError) -> Finding {
    Finding::wrong(check, format!("can't be read: {error}"), RESTORE)
}

fn integrity(connection: &Connection) -> sql::Result<Finding> {
    let broken = health::integrity(connection)?;
    Ok(match broken.is_empty() {
        true if connection.dialect() == Dialect::Postgres => {
            Finding::well("database", "PostgreSQL answers; pg_amcheck looks into its files")
        }
        true => Finding::well("database", "SQLite finds the file whole"),
        false => Finding::wrong("database", format!("SQLite finds it broken: {}", some(&broken)), RESTORE),
    })
}

fn references(connection: &Connection) -> sql::Result<Finding> {
    let orphans = health::orphans(connection)?;
    let told: Vec<String> = orphans.iter().map(|(table, count)| format!("{count} in {table}")).collect();
    Ok(match told.is_empty() {
        true => Finding::well("references", "every row that is named is there"),
        false => Finding::wrong("references", format!("rows that name what is not there: {}", some(&told)), RESTORE),
    })
}

fn version(connection: &Connection) -> sql::Result<Finding> {
    let (found, known) = (snapshot::version(connection)?, MIGRATIONS.len());
    let what = format!("the schema is version {found}");
    Ok(match found.cmp(&known) {
        std::cmp::Ordering::Equal => Finding::well("version", what),
        std::cmp::Ordering::Less => Finding::wrong(
            "version",
            what,
            "Start this program's hub: it brings the schema up to date, and keeps a copy first",
        ),
        std::cmp::Ordering::Greater => {
            Finding::wrong("version", what, "This program is older than the hub's folder: use the one that wrote it")
        }
    })
}

fn schema(connection: &Connection) -> sql::Result<Finding> {
    let strange = health::strange_parts(connection)?;
    Ok(match strange.is_empty() {
        true => Finding::well("schema", "tables, indexes and triggers are those of this program"),
        false => Finding::wrong(
            "schema",
            format!("missing, strange or changed: {}", some(&strange)),
            "If the version is right, somebody changed the database by hand: restore a backup",
        ),
    })
}

fn last_entries(connection: &Connection, now: i64) -> sql::Result<Finding> {
    let ahead = health::latest(connection)? - now;
    Ok(match ahead > MOST_STEP_BACK {
        false => Finding::well("last entries", "none is after now"),
        true => Finding::wrong(
            "last entries",
            format!("the newest is {} s in the future", ahead / 1000),
            "Set the clock (`timedatectl set-ntp true`); sessions and codes from that time last longer than they should",
        ),
    })
}

fn chain(connection: &Connection) -> sql::Result<Finding> {
    Ok(match audit::verify(connection)? {
        Ok(head) => Finding::well("audit", format!("{} entries fit together", head.seq)),
        Err(broken) => Finding::wrong(
            "audit",
            format!("entry {} is broken: {}", broken.seq, broken.why),
            "Keep this folder as it is, and compare it with a backup",
        ),
    })
}

fn cards(connection: &Connection, today: Date) -> sql::Result<Finding> {
    let missing = card::missing(connection, today)?;
    Ok(match missing {
        0 => Finding::well("cards", "whoever is covered has a card"),
        _ => Finding::wrong(
            "cards",
            format!("{missing} covered people have none"),
            "Start the hub: it signs what is missing; it can't where no KPJ is known, and then take BPJS's answer in",
        ),
    })
}

fn counts(connection: &Connection) -> sql::Result<Finding> {
    let mut wrong: Vec<String> = health::wrong_tallies(connection)?
        .into_iter()
        .map(|(programme, village)| {
            format!("{programme}/{}", if village.is_empty() { "all villages" } else { &village })
        })
        .collect();
    wrong.extend(health::wrong_counts(connection)?.into_iter().map(str::to_owned));
    Ok(match wrong.is_empty() {
        true => Finding::well("counts", "the kept counts are what a count says"),
        false => Finding::wrong("counts", format!("kept counts are wrong for {}", some(&wrong)), RESTORE),
    })
}
