//! What reports count.

use super::sql::{self, Connection, Row, params};
use crate::rights::Scope;
use jiff::Span;
use jiff::civil::Date;
use payung_domain::programme::ProgrammeId;

/// By what people are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Villages by code.
    Village,
    /// Occupations and roles by id.
    Occupation,
    /// `male` or `female`.
    Sex,
    /// The least age of each group, as two digits, on this day.
    Age(Date),
}

/// How many people of one key stand in one state.
pub struct Counted {
    /// Their programme.
    pub programme: ProgrammeId,
    /// As the measure says.
    pub key: String,
    /// A state's key.
    pub state: String,
    /// How many.
    pub people: u32,
}

/// Where age groups begin; the first one from 0.
pub const AGES: [i16; 7] = [0, 18, 25, 35, 45, 55, 65];

/// Keys that are counted side by side in a row, each with the condition of whom it counts, as the index `record_by_birth` has them.
fn conditions(by: Measure) -> Vec<(String, String)> {
    match by {
        Measure::Sex => ["male", "female", ""].map(|sex| (sex.to_owned(), format!("sex = '{sex}'"))).into(),
        Measure::Age(today) => {
            // whoever was born later than so many years ago is younger
            let born_by = |age: i16| today.saturating_sub(Span::new().years(age)).to_string();
            let any = "sex IN ('male', 'female', '')";
            let mut groups = vec![(String::new(), format!("{any} AND birth_date = ''"))];
            for (index, least) in AGES.iter().enumerate() {
                let first = AGES.get(index + 1).map_or_else(String::new, |next| born_by(*next));
                let last = if index == 0 { "~".to_owned() } else { born_by(*least) };
                groups.push((
                    format!("{least:02}"),
                    format!("{any} AND birth_date > '{first}' AND birth_date <= '{last}'"),
                ));
            }
            groups
        }
        Measure::Village | Measure::Occupation => Vec::new(),
    }
}

/// Counts everybody whom the asker may see, of one programme or all. Of a key that villages share there may be more than one row.
///
/// Along an index in its own order, so that nothing is sorted: of sexes and ages each part of it is only counted, where a whole
/// regency is asked for.
pub fn count(
    connection: &Connection,
    scope: Scope,
    programme: Option<&ProgrammeId>,
    by: Measure,
) -> sql::Result<Vec<Counted>> {
    let conditions = conditions(by);
    let of = if programme.is_some() { "programme = ?2" } else { "CAST(?2 AS TEXT) IS NOT NULL" };
    let counts = |one: &dyn Fn(&str) -> String| -> String { conditions.iter().map(|(_, who)| one(who)).collect() };
    let sql = match (scope, by) {
        (Scope::All, Measure::Sex | Measure::Age(_)) => {
            let parts = counts(&|who| {
                format!(
                    ", (SELECT count(*) FROM record
                        WHERE record.programme = asked.programme AND record.state = standing.state AND {who})"
                )
            });
            format!(
                "SELECT asked.programme, standing.state, '', 0{parts} FROM (SELECT DISTINCT programme FROM tally WHERE {of}) AS asked,
                     (SELECT DISTINCT state FROM standing) AS standing WHERE ?1 = ''"
            )
        }
        _ => {
            let (key, group) = match by {
                Measure::Occupation => {
                    ("CASE WHEN occupation = '' THEN role ELSE occupation END", "state, occupation, role")
                }
                Measure::Village | Measure::Sex | Measure::Age(_) => ("village", "village, state"),
            };
            let within = match scope {
                Scope::All => "?1 = ''",
                Scope::Village(_) => "village = ?1",
            };
            let parts = counts(&|who| format!(", count(*) FILTER (WHERE {who})"));
            format!(
                "SELECT programme, state, {key}, count(*){parts} FROM record WHERE {within} AND {of}
                 GROUP BY programme, {group}"
            )
        }
    };
    let keys = |row: &Row| -> sql::Result<Vec<(String, u32)>> {
        if conditions.is_empty() {
            return Ok(vec![(row.get(2)?, row.get(3)?)]);
        }
        conditions.iter().enumerate().map(|(column, (key, _))| Ok((key.clone(), row.get(4 + column)?))).collect()
    };
    let rows: Vec<Vec<Counted>> = connection
        .prepare_cached(&sql)?
        .query_map(params![scope.sql(), programme.map_or("", |id| id.as_str())], |row| {
            let (programme, state): (ProgrammeId, String) = (super::parsed(&row.get::<_, String>(0)?)?, row.get(1)?);
            let of = |(key, people)| Counted { programme: programme.clone(), key, state: state.clone(), people };
            Ok(keys(row)?.into_iter().filter(|(_, people)| *people > 0).map(of).collect())
        })?
        .collect::<sql::Result<_>>()?;
    Ok(rows.into_iter().flatten().collect())
}
