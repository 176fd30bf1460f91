//! What reports count.

use super::sql::{self, Connection, params};
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
    /// Programmes.
    Programme,
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

/// `CASE WHEN birth_date > '2008-11-22' THEN '00' …`: whoever was born later than so many years ago is younger.
fn age_group(today: Date) -> String {
    let mut sql = String::from("CASE WHEN birth_date = '' THEN ''");
    for (least, next) in AGES.iter().zip(AGES.iter().skip(1)) {
        let cut = today.saturating_sub(Span::new().years(*next));
        sql += &format!(" WHEN birth_date > '{cut}' THEN '{least:02}'");
    }
    sql + " ELSE '65' END"
}

/// Counts everybody whom the asker may see, of one programme or all.
pub fn count(
    connection: &Connection,
    scope: Scope,
    programme: Option<&ProgrammeId>,
    by: Measure,
) -> sql::Result<Vec<Counted>> {
    let key = match by {
        Measure::Village => "village".to_owned(),
        Measure::Occupation => "CASE WHEN occupation = '' THEN role ELSE occupation END".to_owned(),
        Measure::Sex => "sex".to_owned(),
        Measure::Age(today) => age_group(today),
        Measure::Programme => "programme".to_owned(),
    };
    let within = match scope {
        Scope::All => "?1 = ''",
        Scope::Village(_) => "village = ?1",
    };
    let of = if programme.is_some() { "programme = ?2" } else { "CAST(?2 AS TEXT) IS NOT NULL" };
    connection
        .prepare_cached(&format!(
            "SELECT programme, {key} AS measure, state, count(*) FROM record WHERE {within} AND {of}
             GROUP BY programme, measure, state ORDER BY programme, measure, state"
        ))?
        .query_map(params![scope.sql(), programme.map_or("", |id| id.as_str())], |row| {
            Ok(Counted {
                programme: super::parsed(&row.get::<_, String>(0)?)?,
                key: row.get(1)?,
                state: row.get(2)?,
                people: row.get(3)?,
            })
        })?
        .collect()
}
