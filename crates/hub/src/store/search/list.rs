//! The list of records: filtered, the longest waiting first, a page behind the one before. However many there are, a page
//! reads few: it goes on behind a row instead of counting from the first, and what would have to be counted is said as "more".

use super::super::paging::{Begin, Cursor};
use super::super::sql::{self, Connection, SqlError, params};
use super::super::{from_json, parsed};
use super::named;
use crate::rights::Scope;
use payung_domain::programme::ProgrammeId;
use payung_domain::state::State;
use payung_domain::{Nik, RecordId};

/// What the list shows. Empty texts filter nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// State keys; empty means all.
    pub states: Vec<&'static str>,
    /// A village's code.
    pub village: String,
    /// Parts of the name in any order, or the first digits of the NIK.
    pub text: String,
}

/// One row of the list.
pub struct Found {
    /// The record.
    pub id: RecordId,
    /// The person.
    pub name: String,
    /// To be shown masked.
    pub nik: Nik,
    /// Name of the village.
    pub village: String,
    /// Where it stands.
    pub state: State,
    /// Unix milliseconds.
    pub received_at: i64,
    /// The kader's name.
    pub kader: String,
    /// Another record has the same NIK, for what villages enrol for today.
    pub has_twin: bool,
    /// What it is enrolled for.
    pub programme: ProgrammeId,
}

/// How many records a filter finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// So many.
    Exactly(u32),
    /// More than so many; counting them would take longer than anybody waits.
    MoreThan(u32),
}

/// A page of the list.
pub struct Page {
    /// Its rows, the longest waiting first.
    pub rows: Vec<Found>,
    /// Of all pages.
    pub total: Total,
    /// For the page before this one, if there is one.
    pub before: Option<Cursor>,
    /// For the next page, if there is one.
    pub after: Option<Cursor>,
}

/// Every state in which a hub can hold a record.
const STATES: [&str; 10] = [
    "received",
    "corrected",
    "needs_correction",
    "verified",
    "placed",
    "waiting_list",
    "active",
    "ended",
    "rejected",
    "withdrawn",
];
/// So many finds are put in order one by one; of more, the list is walked until a page is full.
const MOST_FINDS: u32 = 200;
/// Parts of a name that are looked at; the longest tell most.
const MOST_PARTS: usize = 4;

/// What a text asks for.
enum Wanted {
    Everybody,
    /// Both ends of the NIKs that begin with the digits.
    Niks(String, String),
    Named(Vec<String>),
}

fn wanted(text: &str) -> Wanted {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_of_nik = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | '-');
    if !digits.is_empty() && text.chars().all(is_of_nik) {
        return Wanted::Niks(format!("{digits:0<16}"), format!("{digits:9<16}"));
    }
    let mut parts: Vec<String> = text.split_whitespace().map(str::to_uppercase).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.chars().count()));
    parts.truncate(MOST_PARTS);
    if parts.is_empty() { Wanted::Everybody } else { Wanted::Named(parts) }
}

/// Patterns for `' ' || upper(name)`, as [`named`] understands parts; as many as a statement has places for.
fn patterns(parts: &[String]) -> [String; MOST_PARTS] {
    std::array::from_fn(|index| {
        let Some(part) = parts.get(index) else { return "%".to_owned() };
        let escaped = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let blank = if part.chars().count() < 3 { " " } else { "" };
        format!("%{blank}{escaped}%")
    })
}

/// The same for `person_name.words`, where two blanks stand before each word.
pub(super) fn word_patterns(parts: &[String]) -> [String; MOST_PARTS] {
    let wide = |pattern: String| pattern.strip_prefix("% ").map(|rest| format!("%  {rest}")).unwrap_or(pattern);
    patterns(parts).map(wide)
}

/// The village that a filter and a scope leave; nothing where they leave none, and an empty text for all.
fn village_of(scope: Scope, filter: &Filter) -> Option<String> {
    let own = scope.sql();
    match (own.is_empty(), filter.village.is_empty()) {
        (true, _) => Some(filter.village.clone()),
        (false, true) => Some(own),
        (false, false) => (own == filter.village).then_some(own),
    }
}

fn states_of(filter: &Filter) -> &[&'static str] {
    if filter.states.is_empty() { &STATES } else { &filter.states }
}

/// A page of records with up to `most` rows.
pub fn page(connection: &Connection, scope: Scope, filter: &Filter, begin: Begin, most: usize) -> sql::Result<Page> {
    let Some(village) = village_of(scope, filter) else {
        return Ok(Page { rows: Vec::new(), total: Total::Exactly(0), before: None, after: None });
    };
    let finds = finds(connection, &village, filter)?;
    // one more than a page holds says whether there is another
    let (mut cursors, total) = match finds {
        Finds::All => {
            (walk(connection, scope, filter, begin, most + 1)?, Total::Exactly(count(connection, &village, filter)?))
        }
        Finds::These(cursors) => {
            let total = u32::try_from(cursors.len()).unwrap_or(u32::MAX);
            (cut(cursors, begin, most + 1), Total::Exactly(total))
        }
        Finds::TooMany => (walk(connection, scope, filter, begin, most + 1)?, Total::MoreThan(MOST_FINDS)),
    };
    let (has_before, has_after) = begin.cut(&mut cursors, most);
    let rows = cursors.iter().map(|cursor| found(connection, scope, &cursor.id.to_string()));
    Ok(Page {
        rows: rows.collect::<sql::Result<_>>()?,
        total,
        before: cursors.first().copied().filter(|_| has_before),
        after: cursors.last().copied().filter(|_| has_after),
    })
}

/// Up to `most` records behind a place of the list, or before it, in the list's order. Each state is read in the order of its
/// index, and only as far as the page needs.
pub(super) fn walk(
    connection: &Connection,
    scope: Scope,
    filter: &Filter,
    begin: Begin,
    most: usize,
) -> sql::Result<Vec<Cursor>> {
    let Some(village) = village_of(scope, filter) else { return Ok(Vec::new()) };
    let is_back = matches!(begin, Begin::Before(_));
    let (received_at, id) = match begin {
        Begin::Start => (i64::MIN, String::new()),
        Begin::After(cursor) | Begin::Before(cursor) => (cursor.received_at, cursor.id.to_string()),
    };
    let (sign, order) = if is_back { ("<", "DESC") } else { (">", "ASC") };
    let within = if village.is_empty() { "?4 = ''" } else { "village = ?4" };
    let (condition, values) = match wanted(&filter.text) {
        Wanted::Everybody => ("?6 = ?7 AND ?8 = ?9", std::array::from_fn(|_| String::new())),
        // an expression, so that the order of the list comes from an index and not from a sort
        Wanted::Niks(low, high) => {
            ("nik || '' BETWEEN ?6 AND ?7 AND ?8 = ?9", [low, high, String::new(), String::new()])
        }
        Wanted::Named(parts) => (
            "' ' || upper(name) LIKE ?6 ESCAPE '\\' AND ' ' || upper(name) LIKE ?7 ESCAPE '\\'
             AND ' ' || upper(name) LIKE ?8 ESCAPE '\\' AND ' ' || upper(name) LIKE ?9 ESCAPE '\\'",
            patterns(&parts),
        ),
    };
    let sql = format!(
        "SELECT received_at, id FROM record WHERE state = ?1 AND {within} AND (received_at, id) {sign} (?2, ?3)
             AND {condition} ORDER BY received_at {order}, id {order} LIMIT ?5"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut cursors: Vec<Cursor> = Vec::new();
    let [one, two, three, four] = &values;
    for state in states_of(filter) {
        let of_state = statement
            .query_map(params![state, received_at, id, village, number(most), one, two, three, four], |row| {
                Ok(Cursor { received_at: row.get(0)?, id: parsed(&row.get::<_, String>(1)?)? })
            })?;
        for cursor in of_state {
            cursors.push(cursor?);
        }
    }
    cursors.sort_unstable();
    if is_back {
        cursors.drain(..cursors.len().saturating_sub(most));
    }
    cursors.truncate(most);
    Ok(cursors)
}

/// What a text finds.
enum Finds {
    /// It asks for nothing.
    All,
    /// These, in the list's order.
    These(Vec<Cursor>),
    /// More than are put in order one by one.
    TooMany,
}

fn finds(connection: &Connection, village: &str, filter: &Filter) -> sql::Result<Finds> {
    let most = MOST_FINDS + 1;
    let ids: Vec<RecordId> = match wanted(&filter.text) {
        Wanted::Everybody => return Ok(Finds::All),
        Wanted::Niks(low, high) => connection
            .prepare_cached("SELECT id FROM record WHERE nik BETWEEN ?1 AND ?2 LIMIT ?3")?
            .query_map(params![low, high, most], |row| parsed(&row.get::<_, String>(0)?))?
            .collect::<sql::Result<_>>()?,
        // a village has few people, and its names are read faster than those of all are looked up
        Wanted::Named(parts) if !village.is_empty() => {
            let [one, two, three, four] = &patterns(&parts);
            connection
                .prepare_cached(
                    "SELECT id FROM record WHERE village = ?1
                         AND ' ' || upper(name) LIKE ?2 ESCAPE '\\' AND ' ' || upper(name) LIKE ?3 ESCAPE '\\'
                         AND ' ' || upper(name) LIKE ?4 ESCAPE '\\' AND ' ' || upper(name) LIKE ?5 ESCAPE '\\' LIMIT ?6",
                )?
                .query_map(params![village, one, two, three, four, most], |row| parsed(&row.get::<_, String>(0)?))?
                .collect::<sql::Result<_>>()?
        }
        Wanted::Named(parts) => named(connection, &parts, most)?,
    };
    if ids.len() > MOST_FINDS as usize {
        return Ok(Finds::TooMany);
    }
    let states = states_of(filter);
    let mut statement = connection.prepare_cached("SELECT received_at, state, village FROM record WHERE id = ?1")?;
    let mut cursors = Vec::new();
    for id in ids {
        let (received_at, state, of): (i64, String, String) =
            statement.query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        if states.contains(&state.as_str()) && (village.is_empty() || of == village) {
            cursors.push(Cursor { received_at, id });
        }
    }
    cursors.sort_unstable();
    Ok(Finds::These(cursors))
}

/// The part of an ordered list that a page shows.
fn cut(cursors: Vec<Cursor>, begin: Begin, most: usize) -> Vec<Cursor> {
    match begin {
        Begin::Start => cursors.into_iter().take(most).collect(),
        Begin::After(cursor) => cursors.into_iter().filter(|one| *one > cursor).take(most).collect(),
        Begin::Before(cursor) => {
            let mut before: Vec<_> = cursors.into_iter().filter(|one| *one < cursor).collect();
            before.drain(..before.len().saturating_sub(most));
            before
        }
    }
}

/// How many records stand in the filter's states, without reading any of them.
fn count(connection: &Connection, village: &str, filter: &Filter) -> sql::Result<u32> {
    let states = states_of(filter);
    let counts: Vec<(String, u32)> = connection
        .prepare_cached(
            "SELECT state, CAST(sum(records) AS BIGINT) FROM standing WHERE (?1 = '' OR village = ?1) GROUP BY state",
        )?
        .query_map([village], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<sql::Result<_>>()?;
    Ok(counts.iter().filter(|(state, _)| states.contains(&state.as_str())).map(|(_, count)| count).sum())
}

fn number(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

/// One row of the list.
pub(super) fn found(connection: &Connection, scope: Scope, id: &str) -> sql::Result<Found> {
    connection
        .prepare_cached(
            "SELECT record.id, record.name, nik, village.name, state_json, received_at, device.kader_name,
                 EXISTS (SELECT 1 FROM record AS twin WHERE twin.nik = record.nik AND twin.id <> record.id
                     AND (?2 = '' OR twin.village = ?2)
                     AND twin.programme IN (SELECT served.programme FROM village AS served)),
                 record.programme
             FROM record JOIN village ON village.code = record.village JOIN device ON device.id = record.device_id
             WHERE record.id = ?1",
        )?
        .query_row(params![id, scope.sql()], |row| {
            Ok(Found {
                id: parsed(&row.get::<_, String>(0)?)?,
                name: row.get(1)?,
                nik: Nik::parse(&row.get::<_, String>(2)?).map_err(|_| SqlError::Unreadable)?,
                village: row.get(3)?,
                state: from_json(&row.get::<_, String>(4)?)?,
                received_at: row.get(5)?,
                kader: row.get(6)?,
                has_twin: row.get(7)?,
                programme: parsed(&row.get::<_, String>(8)?)?,
            })
        })
}
