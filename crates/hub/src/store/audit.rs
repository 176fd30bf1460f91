//! Who did what, when, and what it changed. Entries are only ever added, and each is chained to the one before it: whoever
//! changes, removes or slips in one without leaving a trace must write every later one anew, and the hash that the office
//! noted down elsewhere no longer fits.
//!
//! An entry's hash is the SHA-256 over the 32 bytes of the hash before it (zeros for the first) and then the compact JSON
//! of `[seq, at, actor, act, subject, before, after]`, in hex.

use super::sql::{self, Connection, OptionalExtension as _, Row, SqlError, Transaction, params};
use sha2::{Digest as _, Sha256};

/// One act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its number, from 1.
    pub seq: i64,
    /// Unix milliseconds.
    pub at: i64,
    /// `user:<name>`, `device:<id>`, `command` or `hub`.
    pub actor: String,
    /// For example `record.approve`.
    pub act: String,
    /// What it was done to: ids only.
    pub subject: String,
    /// What was before: a state, a role; empty where nothing was or nothing changed.
    pub before: String,
    /// What is now.
    pub after: String,
    /// SHA-256 in hex.
    pub hash: String,
}

/// The newest entry: its number and hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 0 where nothing has been done yet.
    pub seq: i64,
    /// 64 hex digits.
    pub hash: String,
}

/// `42:9f86d0…`: what an office notes down, and reads back.
impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

/// It is no number, colon and 64 hex digits.
#[derive(Debug, thiserror::Error)]
#[error("a noted head is a number, a colon and 64 hex digits")]
pub struct NoHead;

impl std::str::FromStr for Head {
    type Err = NoHead;
    fn from_str(text: &str) -> Result<Self, NoHead> {
        let (seq, hash) = text.trim().split_once(':').ok_or(NoHead)?;
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let seq = seq.trim().parse().map_err(|_| NoHead)?;
        if is_hash { Ok(Self { seq, hash: hash.to_ascii_lowercase() }) } else { Err(NoHead) }
    }
}

/// The first entry that does not fit the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its number.
    pub seq: i64,
    /// What is wrong.
    pub why: &'static str,
}

/// Which entries to show, newest first. Empty texts filter nothing.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What somebody of the office did, and what was done to them.
    pub person: String,
    /// What was done to this, for example `record:<id>`.
    pub subject: String,
    /// Only entries before this one.
    pub before: Option<i64>,
}

const COLUMNS: &str = "seq, at, actor, act, subject, before, after, hash";
/// Stands before the first entry.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn row(row: &Row) -> sql::Result<Act> {
    Ok(Act {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        act: row.get(3)?,
        subject: row.get(4)?,
        before: row.get(5)?,
        after: row.get(6)?,
        hash: row.get(7)?,
    })
}

/// Adds an act that changed nothing which could be told in a word.
pub fn add(transaction: &Transaction, at: i64, actor: &str, act: &str, subject: &str) -> sql::Result<()> {
    add_change(transaction, at, actor, act, subject, ("", ""))
}

/// Adds an act with what was before it and after it. In the transaction of the act itself: either both are there or
/// neither, and no other writer comes between the entry and the one that it is chained to.
pub fn add_change(
    transaction: &Transaction,
    at: i64,
    actor: &str,
    act: &str,
    subject: &str,
    (before, after): (&str, &str),
) -> sql::Result<()> {
    let last = head(transaction)?;
    let text = |text: &str| text.to_owned();
    let mut entry = Act {
        seq: last.seq + 1,
        at,
        actor: text(actor),
        act: text(act),
        subject: text(subject),
        before: text(before),
        after: text(after),
        hash: String::new(),
    };
    entry.hash = chained(&last.hash, &entry)?;
    let Act { seq, hash, .. } = &entry;
    transaction
        .prepare_cached(&format!("INSERT INTO audit ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"))?
        .execute(params![seq, at, actor, act, subject, before, after, hash])?;
    Ok(())
}

fn chained(previous: &str, entry: &Act) -> sql::Result<String> {
    let previous = hex::decode(previous).map_err(|_| SqlError::Unreadable)?;
    let Act { seq, at, actor, act, subject, before, after, .. } = entry;
    let content = super::to_json(&(seq, at, actor, act, subject, before, after))?;
    Ok(hex::encode(Sha256::new().chain_update(previous).chain_update(content).finalize()))
}

/// The newest entry; what an office notes down elsewhere.
pub fn head(connection: &Connection) -> sql::Result<Head> {
    let newest = connection
        .prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok(Head { seq: row.get(0)?, hash: row.get(1)? }))
        .optional()?;
    Ok(newest.unwrap_or_else(|| Head { seq: 0, hash: NOTHING.to_owned() }))
}

/// Walks the whole chain. Tells how far it goes, or where it breaks.
pub fn verify(connection: &Connection) -> sql::Result<Result<Head, Broken>> {
    let mut last = Head { seq: 0, hash: NOTHING.to_owned() };
    loop {
        let before = last.seq;
        if let Some(broken) = verify_page(connection, &mut last)? {
            return Ok(Err(broken));
        }
        if last.seq == before {
            return Ok(Ok(last));
        }
    }
}

/// Walks on by up to ten thousand entries.
fn verify_page(connection: &Connection, last: &mut Head) -> sql::Result<Option<Broken>> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM audit WHERE seq > ?1 ORDER BY seq LIMIT 10000"))?;
    // also what somebody may have put before the first one
    let after = if last.seq == 0 { i64::MIN } else { last.seq };
    for entry in statement.query_map([after], row)? {
        let entry = entry?;
        if entry.seq != last.seq + 1 {
            return Ok(Some(Broken { seq: last.seq + 1, why: "it is missing" }));
        }
        if entry.hash != chained(&last.hash, &entry)? {
            let why = "its text or the hash before it is not the one that was written";
            return Ok(Some(Broken { seq: entry.seq, why }));
        }
        *last = Head { seq: entry.seq, hash: entry.hash };
    }
    Ok(None)
}

/// The hash of one entry.
pub fn hash_of(connection: &Connection, seq: i64) -> sql::Result<Option<String>> {
    connection.query_row("SELECT hash FROM audit WHERE seq = ?1", [seq], |row| row.get(0)).optional()
}

/// The acts on one subject, oldest first.
pub fn on(connection: &Connection, subject: &str) -> sql::Result<Vec<Act>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM audit WHERE subject = ?1 ORDER BY seq"))?
        .query_map([subject], row)?
        .collect()
}

/// Whether somebody has done this to a subject since then.
pub fn has(connection: &Connection, actor: &str, act: &str, subject: &str, since: i64) -> sql::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM audit WHERE subject = ?1 AND actor = ?2 AND act = ?3 AND at >= ?4)",
        )?
        .query_row(params![subject, actor, act, since], |row| row.get(0))
}

/// A page of entries, newest first.
pub fn newest(connection: &Connection, wanted: &Wanted, most: u32) -> sql::Result<Vec<Act>> {
    let person = if wanted.person.is_empty() { String::new() } else { format!("user:{}", wanted.person) };
    // what somebody did and what was done to them are two ends of two indexes: each is read as far as a page needs
    let conditions: &[&str] = match (person.is_empty(), wanted.subject.is_empty()) {
        (true, true) => &["?2 = ?3"],
        (true, false) => &["?2 = '' AND subject = ?3"],
        (false, true) => &["actor = ?2 AND ?3 = ''", "subject = ?2 AND actor <> ?2 AND ?3 = ''"],
        (false, false) => &["actor = ?2 AND subject = ?3", "subject = ?2 AND actor <> ?2 AND subject = ?3"],
    };
    let mut found: Vec<Act> = Vec::new();
    for condition in conditions {
        let sql = format!("SELECT {COLUMNS} FROM audit WHERE seq < ?1 AND {condition} ORDER BY seq DESC LIMIT ?4");
        let mut statement = connection.prepare_cached(&sql)?;
        let before = wanted.before.unwrap_or(i64::MAX);
        for act in statement.query_map(params![before, person, wanted.subject, most], row)? {
            found.push(act?);
        }
    }
    found.sort_unstable_by_key(|act| std::cmp::Reverse(act.seq));
    found.truncate(most as usize);
    Ok(found)
}

/// Chains the entries of a hub from before there was a chain, in the order in which they were made. Part of the migration
/// that made the table: SQL alone has no SHA-256.
pub fn chain_old(transaction: &Transaction) -> sql::Result<()> {
    let is_waiting: bool = transaction.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'audit_unchained')",
        [],
        |row| row.get(0),
    )?;
    if !is_waiting {
        return Ok(());
    }
    {
        let mut old = transaction.prepare_cached("SELECT at, actor, act, subject FROM audit_unchained ORDER BY seq")?;
        let entries = old.query_map([], |row| {
            let text = |index| row.get::<_, String>(index);
            add(transaction, row.get(0)?, &text(1)?, &text(2)?, &text(3)?)
        })?;
        entries.collect::<sql::Result<()>>()?;
    }
    transaction.execute_batch("DROP TABLE audit_unchained")
}
