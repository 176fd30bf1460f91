//! What can be wrong with a database, for `payung-hub doctor`. Nothing here changes it.

use super::sql::{self, Connection, Dialect, Row};
use super::{MIGRATIONS, postgres};
use std::collections::BTreeMap;

/// What SQLite finds broken in its own file; nothing in one that is whole. PostgreSQL's server has tools of its own.
pub fn integrity(connection: &Connection) -> sql::Result<Vec<String>> {
    if connection.dialect() == Dialect::Postgres {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached("SELECT integrity_check FROM pragma_integrity_check")?;
    let lines: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// Tables with rows that name what is not there, and how many such rows each has.
pub fn orphans(connection: &Connection) -> sql::Result<Vec<(String, u32)>> {
    let ask = match connection.dialect() {
        Dialect::Sqlite => "SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY 1 ORDER BY 1",
        // It lets no such row in, unless somebody has told it not to look.
        Dialect::Postgres => {
            "SELECT conrelid::regclass::text, count(*) FROM pg_constraint
             WHERE NOT convalidated AND connamespace = current_schema()::regnamespace GROUP BY 1 ORDER BY 1"
        }
    };
    connection.prepare_cached(ask)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Tables, indexes and triggers that are missing, strange or other than this program makes them.
pub fn strange_parts(connection: &Connection) -> sql::Result<Vec<String>> {
    let (found, wanted) = match connection.dialect() {
        Dialect::Sqlite => {
            let fresh = Connection::from(rusqlite::Connection::open_in_memory()?);
            MIGRATIONS.iter().try_for_each(|sql| fresh.execute_batch(sql))?;
            fresh.execute_batch("DROP TABLE IF EXISTS audit_unchained")?;
            (parts(connection)?, parts(&fresh)?)
        }
        Dialect::Postgres => (postgres::parts(connection)?, postgres::wanted_parts(connection)?),
    };
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

/// Tables of counts for lists and the dashboard that are not what a count says.
pub fn wrong_counts(connection: &Connection) -> sql::Result<Vec<&'static str>> {
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
pub fn latest(connection: &Connection) -> sql::Result<i64> {
    let each = "SELECT coalesce((SELECT at FROM audit ORDER BY seq DESC LIMIT 1), 0),
         coalesce((SELECT at FROM change ORDER BY seq DESC LIMIT 1), 0),
         coalesce((SELECT max(last_seen_at) FROM device), 0)";
    let latest = |row: &Row| Ok(row.get::<_, i64>(0)?.max(row.get(1)?).max(row.get(2)?));
    connection.query_row(each, [], latest)
}
