//! Files that come in, how far they are, and which of their rows can't be taken.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Row, Transaction, params};
use crate::rights::Scope;
use payung_domain::programme::{ProgrammeId, SourceId};
use payung_domain::region::VillageCode;

/// A file that came in.
#[derive(Clone, Debug)]
pub struct Import {
    /// 16 hex digits.
    pub id: String,
    /// `list` or `answer`.
    pub kind: String,
    /// What it is for.
    pub programme: ProgrammeId,
    /// Of a list: one of the programme's; of an answer empty.
    pub source: SourceId,
    /// Of an answer.
    pub export: Option<String>,
    /// Of a list that a village brings: its own, and no other.
    pub village: Option<VillageCode>,
    /// Nothing once it is not needed any more.
    pub file: Option<String>,
    /// Of the file at the person's computer.
    pub name: String,
    /// In hex.
    pub sha256: String,
    /// `user:<name>`.
    pub added_by: String,
    /// Unix milliseconds.
    pub added_at: i64,
    /// `columns`, `checking`, `checked`, `taking`, `taken`, `failed` or `dropped`.
    pub state: String,
    /// JSON of a [`crate::files::table::Head`]; empty at the end.
    pub head: String,
    /// JSON of a [`crate::files::columns::Plan`]; empty before there is one.
    pub plan: String,
    /// JSON of [`crate::files::Counts`].
    pub counts: String,
    /// Rows that have been looked at or taken.
    pub done_rows: u32,
    /// Rows of the file, as the last look counted them.
    pub total_rows: u32,
    /// Why it can't be read.
    pub failure: String,
}

const COLUMNS: &str =
    "id, kind, programme, source, export_id, village, file_id, name, sha256, added_by, added_at, state, head,
    plan, counts, done_rows, total_rows, failure";

fn row(row: &Row) -> sql::Result<Import> {
    let village: String = row.get(5)?;
    Ok(Import {
        id: row.get(0)?,
        kind: row.get(1)?,
        programme: parsed(&row.get::<_, String>(2)?)?,
        source: SourceId(row.get(3)?),
        export: row.get(4)?,
        village: if village.is_empty() { None } else { Some(parsed(&village)?) },
        file: row.get(6)?,
        name: row.get(7)?,
        sha256: row.get(8)?,
        added_by: row.get(9)?,
        added_at: row.get(10)?,
        state: row.get(11)?,
        head: row.get(12)?,
        plan: row.get(13)?,
        counts: row.get(14)?,
        done_rows: row.get(15)?,
        total_rows: row.get(16)?,
        failure: row.get(17)?,
    })
}

/// Adds one.
pub fn add(transaction: &Transaction, new: &Import) -> sql::Result<()> {
    let village = new.village.map(|village| village.to_string()).unwrap_or_default();
    transaction
        .prepare_cached(&format!(
            "INSERT INTO import ({COLUMNS}) VALUES
             (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"
        ))?
        .execute(params![
            new.id,
            new.kind,
            new.programme.as_str(),
            new.source.0,
            new.export,
            village,
            new.file,
            new.name,
            new.sha256,
            new.added_by,
            new.added_at,
            new.state,
            new.head,
            new.plan,
            new.counts,
            new.done_rows,
            new.total_rows,
            new.failure
        ])?;
    Ok(())
}

/// One, if the asker may see it: a village only what it has brought itself.
pub fn get(connection: &Connection, id: &str, scope: Scope) -> sql::Result<Option<Import>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM import WHERE id = ?1 AND (?2 = '' OR village = ?2)"))?
        .query_row(params![id, scope.sql()], row)
        .optional()
}

/// The newest ones of a kind; of answers those to one export.
pub fn newest(
    connection: &Connection,
    kind: &str,
    export: Option<&str>,
    scope: Scope,
    most: u32,
) -> sql::Result<Vec<Import>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM import WHERE kind = ?1 AND (?2 = '' OR export_id = ?2) AND (?3 = '' OR village = ?3)
                 AND state <> 'dropped' ORDER BY added_at DESC, id LIMIT ?4"
        ))?
        .query_map(params![kind, export.unwrap_or_default(), scope.sql(), most], row)?
        .collect()
}

/// When the same bytes were taken before, for the same purpose.
pub fn taken_before(connection: &Connection, like: &Import) -> sql::Result<Option<i64>> {
    connection
        .prepare_cached(
            "SELECT max(added_at) FROM import WHERE kind = ?1 AND programme = ?2 AND source = ?3
                 AND coalesce(export_id, '') = ?4 AND sha256 = ?5 AND id <> ?6 AND state = 'taken'",
        )?
        .query_row(
            params![
                like.kind,
                like.programme.as_str(),
                like.source.0,
                like.export.as_deref().unwrap_or_default(),
                like.sha256,
                like.id
            ],
            |row| row.get(0),
        )
}

/// Writes how far it is. Nothing where it has moved on from the state that the writer saw.
pub fn set(transaction: &Transaction, import: &Import, from: &str) -> sql::Result<bool> {
    let done = transaction
        .prepare_cached(
            "UPDATE import SET state = ?3, head = ?4, plan = ?5, counts = ?6, done_rows = ?7, total_rows = ?8,
                 failure = ?9, file_id = ?10 WHERE id = ?1 AND state = ?2",
        )?
        .execute(params![
            import.id,
            from,
            import.state,
            import.head,
            import.plan,
            import.counts,
            import.done_rows,
            import.total_rows,
            import.failure,
            import.file
        ])?;
    Ok(done == 1)
}

/// A row that can't be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemRow {
    /// From 1, in the order of the file.
    pub number: u32,
    /// As a spreadsheet counts.
    pub line: u32,
    /// Of the column.
    pub heading: String,
    /// What stands there.
    pub found: String,
    /// A key.
    pub problem: String,
    /// A name or a number that belongs to the sentence.
    pub detail: String,
}

/// Notes one.
pub fn add_problem(transaction: &Transaction, import: &str, new: &ProblemRow) -> sql::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO import_problem (import_id, number, line, heading, found, problem, detail)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![import, new.number, new.line, new.heading, new.found, new.problem, new.detail])?;
    Ok(())
}

/// Up to `most` of them after a number.
pub fn problems(connection: &Connection, import: &str, after: u32, most: u32) -> sql::Result<Vec<ProblemRow>> {
    connection
        .prepare_cached(
            "SELECT number, line, heading, found, problem, detail FROM import_problem
             WHERE import_id = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
        )?
        .query_map(params![import, after, most], |row| {
            Ok(ProblemRow {
                number: row.get(0)?,
                line: row.get(1)?,
                heading: row.get(2)?,
                found: row.get(3)?,
                problem: row.get(4)?,
                detail: row.get(5)?,
            })
        })?
        .collect()
}

/// Forgets them: the file is looked at again, or is history.
pub fn forget_problems(transaction: &Transaction, import: &str) -> sql::Result<()> {
    transaction.prepare_cached("DELETE FROM import_problem WHERE import_id = ?1")?.execute([import])?;
    Ok(())
}

/// Imports from before a time that still hold what people have typed: a file, first rows or problems.
pub fn stale(connection: &Connection, before: i64) -> sql::Result<Vec<String>> {
    connection
        .prepare_cached(
            "SELECT id FROM import WHERE added_at < ?1 AND state NOT IN ('checking', 'taking')
                 AND (file_id IS NOT NULL OR head <> ''
                     OR EXISTS (SELECT 1 FROM import_problem WHERE import_id = import.id))",
        )?
        .query_map([before], |row| row.get(0))?
        .collect()
}

/// What the columns of such a file were the last time.
pub fn plan_of(connection: &Connection, kind: &str, scope: &str, headings: &str) -> sql::Result<Option<String>> {
    connection
        .prepare_cached("SELECT plan FROM import_plan WHERE kind = ?1 AND scope = ?2 AND headings = ?3")?
        .query_row(params![kind, scope, headings], |row| row.get(0))
        .optional()
}

/// Remembers it.
pub fn set_plan(
    transaction: &Transaction,
    (kind, scope, headings): (&str, &str, &str),
    plan: &str,
    now: i64,
) -> sql::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO import_plan (kind, scope, headings, plan, used_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (kind, scope, headings) DO UPDATE SET plan = excluded.plan, used_at = excluded.used_at",
        )?
        .execute(params![kind, scope, headings, plan, now])?;
    Ok(())
}
