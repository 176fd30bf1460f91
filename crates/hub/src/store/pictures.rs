//! What the dashboard counts. Each answer is read off counters that triggers keep, or off an index.

use super::parsed;
use super::sql::{self, Connection, params};
use crate::rights::Scope;
use payung_domain::region::VillageCode;

/// How many records of each village stand in each state, by village code and state key.
pub fn standing(connection: &Connection, scope: Scope) -> sql::Result<Vec<(VillageCode, String, u32)>> {
    connection
        .prepare_cached(
            "SELECT village, state, records FROM standing WHERE (?1 = '' OR village = ?1) AND records > 0
             ORDER BY village, state",
        )?
        .query_map([scope.sql()], |row| Ok((parsed(&row.get::<_, String>(0)?)?, row.get(1)?, row.get(2)?)))?
        .collect()
}

/// How many records came first in each week. A week is the number of its Monday's day, over seven.
pub fn weeks(connection: &Connection, scope: Scope) -> sql::Result<Vec<(i64, u32)>> {
    connection
        .prepare_cached(
            "SELECT week, CAST(sum(records) AS BIGINT) FROM enrolled_week WHERE (?1 = '' OR village = ?1) AND records > 0
             GROUP BY week ORDER BY week",
        )?
        .query_map([scope.sql()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// How many people came to be covered after how many days.
pub fn waits(connection: &Connection, scope: Scope) -> sql::Result<Vec<(i64, u32)>> {
    connection
        .prepare_cached(
            "SELECT days, CAST(sum(records) AS BIGINT) FROM cover_wait WHERE (?1 = '' OR village = ?1) AND records > 0
             GROUP BY days ORDER BY days",
        )?
        .query_map([scope.sql()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// How many covers end on each day up to `until`, a number of [`crate::context::day_number`].
pub fn ends(connection: &Connection, scope: Scope, until: i64) -> sql::Result<Vec<(i64, u32)>> {
    connection
        .prepare_cached(
            "SELECT until, CAST(sum(records) AS BIGINT) FROM cover_end WHERE (?1 = '' OR village = ?1) AND until <= ?2 AND records > 0
             GROUP BY until ORDER BY until",
        )?
        .query_map(params![scope.sql(), until], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// How many records of a state came after `after` and not after `until`, in Unix milliseconds.
pub fn came_between(
    connection: &Connection,
    scope: Scope,
    state: &str,
    (after, until): (i64, i64),
) -> sql::Result<u32> {
    // an equation of its own, so that the index by village serves who sees one village only
    let within = match scope {
        Scope::All => "?4 = ''",
        Scope::Village(_) => "village = ?4",
    };
    connection
        .prepare_cached(&format!(
            "SELECT count(*) FROM record WHERE state = ?1 AND received_at > ?2 AND received_at <= ?3 AND {within}"
        ))?
        .query_row(params![state, after, until, scope.sql()], |row| row.get(0))
}
