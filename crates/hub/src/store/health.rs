//! What can be wrong with a database, for `payung-hub doctor`. Nothing here changes it.

use super::MIGRATIONS;
use crate::error::HubError;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// Opens a database to look at it: it is neither made nor brought up to date.
pub fn open(path: &Path) -> Result<Connection, HubError> {
    // Not read-only: a database with a -wal of a killed hub could not be read then.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// What SQLite finds broken in its own file; nothing in one that is whole.
pub fn integrity(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT integrity_check FROM pragma_integrity_check")?;
    let lines: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// Tables with rows that name what is not there, and how many such rows each has.
pub fn orphans(connection: &Connection) -> rusqlite::Result<Vec<(String, u32)>> {
    connection
        .prepare("SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY 1 ORDER BY 1")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Tables, indexes and triggers that are missing, strange or other than this program makes them.
pub fn strange_parts(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let wanted = {
        let fresh = Connection::open_in_memory()?;
        MIGRATIONS.iter().try_for_each(|sql| fresh.execute_batch(sql))?;
        fresh.execute_batch("DROP TABLE IF EXISTS audit_unchained")?;
        parts(&fresh)?
    };
    let found = parts(connection)?;
    let is_strange = |name: &&String| wanted.get(*name) != found.get(*name);
    let mut strange: Vec<String> = wanted.keys().chain(found.keys()).filter(is_strange).cloned().collect();
    strange.sort();
    strange.dedup();
    Ok(strange)
}

fn parts(connection: &Connection) -> rusqlite::Result<BTreeMap<String, String>> {
    connection
        .prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Programmes and villages (empty: all of them together) whose tally is not what a count says.
pub fn wrong_tallies(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    connection
        .prepare(
            "WITH each (programme, village, taken, waiting, undecided, lent, kept) AS (
                SELECT programme, village, state IN ('placed', 'active'), state = 'waiting_list',
                    state IN ('received', 'corrected'), 0, 0 FROM record
                UNION ALL SELECT programme, village, 0, 0, 0, 1, record_id IS NOT NULL FROM lease),
             counted AS (
                SELECT programme, village, sum(taken) AS taken, sum(waiting) AS waiting, sum(undecided) AS undecided,
                    sum(lent) AS lent, sum(kept) AS kept FROM each WHERE village <> '' GROUP BY 1, 2
                UNION ALL SELECT programme, '', sum(taken), sum(waiting), sum(undecided), sum(lent), sum(kept)
                    FROM each GROUP BY 1)
             SELECT programme, village FROM (SELECT * FROM counted UNION ALL
                SELECT programme, village, 0, 0, 0, 0, 0 FROM tally WHERE (programme, village) NOT IN
                    (SELECT programme, village FROM counted)) AS counted LEFT JOIN tally USING (programme, village)
             WHERE (counted.taken, counted.waiting, counted.undecided, counted.lent, counted.kept) IS NOT
                (coalesce(tally.taken, 0), coalesce(tally.waiting, 0), coalesce(tally.undecided, 0),
                 coalesce(tally.lent, 0), coalesce(tally.kept, 0))
             ORDER BY 1, 2",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Tables of counts for lists and the dashboard that are not what a count says.
pub fn wrong_counts(connection: &Connection) -> rusqlite::Result<Vec<&'static str>> {
    let day = "(received_at + 25200000) / 86400000";
    let waited = format!("CASE WHEN covered_from > {day} THEN covered_from - {day} ELSE 0 END");
    let mut wrong = Vec::new();
    for (table, key, counted, condition) in [
        ("standing", "state", "state".to_owned(), "1 = 1"),
        ("enrolled_week", "week", format!("({day} + 3) / 7"), "1 = 1"),
        ("cover_wait", "days", waited, "covered_from IS NOT NULL"),
        ("cover_end", "until", "covered_until".to_owned(), "state = 'active' AND covered_until IS NOT NULL"),
    ] {
        let kept = format!("SELECT village, {key} AS bucket, records FROM {table} WHERE records <> 0");
        let anew = format!(
            "SELECT village, {counted} AS bucket, count(*) AS records FROM record WHERE {condition} GROUP BY 1, 2"
        );
        let sql = format!(
            "SELECT EXISTS (SELECT * FROM ({kept}) AS one EXCEPT SELECT * FROM ({anew}) AS two)
                 OR EXISTS (SELECT * FROM ({anew}) AS one EXCEPT SELECT * FROM ({kept}) AS two)"
        );
        if connection.query_row(&sql, [], |row| row.get(0))? {
            wrong.push(table);
        }
    }
    let is_unnamed = "SELECT EXISTS (SELECT id, '  ' || replace(upper(name), ' ', '  ') FROM record
        EXCEPT SELECT record_id, words FROM person_name)";
    if connection.query_row(is_unnamed, [], |row| row.get(0))? {
        wrong.push("person_name");
    }
    Ok(wrong)
}

/// The latest time that the hub has written down by its own clock, in Unix milliseconds; 0 where nothing has happened.
pub fn latest(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row(
        "SELECT max(coalesce((SELECT at FROM audit ORDER BY seq DESC LIMIT 1), 0),
            coalesce((SELECT at FROM change ORDER BY seq DESC LIMIT 1), 0),
            coalesce((SELECT max(last_seen_at) FROM device), 0))",
        [],
        |row| row.get(0),
    )
}
