//! What can be wrong with a database, for `payung-hub doctor`. Nothing here changes it.

use super::sql::{self, Connection, Row};
use super::{MIGRATIONS, sqlite};
use crate::error::HubError;
use std::collections::BTreeMap;
use std::path::Path;

/// Opens a database to look at it: it is neither made nor brought up to date.
pub fn open(path: &Path) -> Result<Connection, HubError> {
    Ok(sqlite::open_reader(path)?)
}

/// What SQLite finds broken in its own file; nothing in one that is whole.
pub fn integrity(connection: &Connection) -> sql::Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT integrity_check FROM pragma_integrity_check")?;
    let lines: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// Tables with rows that name what is not there, and how many such rows each has.
pub fn orphans(connection: &Connection) -> sql::Result<Vec<(String, u32)>> {
    connection
        .prepare_cached("SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY 1 ORDER BY 1")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Tables, indexes and triggers that are missing, strange or other than this program makes them.
pub fn strange_parts(connection: &Connection) -> sql::Result<Vec<String>> {
    let wanted = {
        let fresh = Connection::from(rusqlite::Connection::open_in_memory()?);
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

fn parts(connection: &Connection) -> sql::Result<BTreeMap<String, String>> {
    connection
        .prepare_cached("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Programmes and villages (empty: all of them together) whose tally is not what a count says.
pub fn wrong_tallies(connection: &Connection) -> sql::Result<Vec<(String, String)>> {
    connection
        .prepare_cached(
            "WITH each (programme, village, taken, waiting, undecided, lent, kept) AS (
                SELECT programme, village, CASE WHEN state IN ('placed', 'active') THEN 1 ELSE 0 END,
                    CASE WHEN state = 'waiting_list' THEN 1 ELSE 0 END,
                    CASE WHEN state IN ('received', 'corrected') THEN 1 ELSE 0 END, 0, 0 FROM record
                UNION ALL SELECT programme, village, 0, 0, 0, 1, CASE WHEN record_id IS NULL THEN 0 ELSE 1 END FROM lease),
             counted AS (
                SELECT programme, village, sum(taken) AS taken, sum(waiting) AS waiting, sum(undecided) AS undecided,
                    sum(lent) AS lent, sum(kept) AS kept FROM each WHERE village <> '' GROUP BY 1, 2
                UNION ALL SELECT programme, '', sum(taken), sum(waiting), sum(undecided), sum(lent), sum(kept)
                    FROM each GROUP BY 1)
             SELECT programme, village FROM (SELECT * FROM counted UNION ALL
                SELECT programme, village, 0, 0, 0, 0, 0 FROM tally WHERE (programme, village) NOT IN
                    (SELECT programme, village FROM counted)) AS counted LEFT JOIN tally USING (programme, village)
             WHERE (counted.taken, counted.waiting, counted.undecided, counted.lent, counted.kept) <>
                (coalesce(tally.taken, 0), coalesce(tally.waiting, 0), coalesce(tally.undecided, 0),
                 coalesce(tally.lent, 0), coalesce(tally.kept, 0))
             ORDER BY 1, 2",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// The latest time that the hub has written down by its own clock, in Unix milliseconds; 0 where nothing has happened.
pub fn latest(connection: &Connection) -> sql::Result<i64> {
    let each = "SELECT coalesce((SELECT at FROM audit ORDER BY seq DESC LIMIT 1), 0),
         coalesce((SELECT at FROM change ORDER BY seq DESC LIMIT 1), 0),
         coalesce((SELECT max(last_seen_at) FROM device), 0)";
    let latest = |row: &Row| Ok(row.get::<_, i64>(0)?.max(row.get(1)?).max(row.get(2)?));
    connection.query_row(each, [], latest)
}
