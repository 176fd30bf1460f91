//! Who has which record before them, what they put aside, and which record comes next.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Transaction, params};
use payung_domain::RecordId;

/// A record that somebody has before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who.
    pub user: String,
    /// When it was opened, or set aside for them; Unix milliseconds.
    pub since: i64,
    /// Until then nobody else may; Unix milliseconds.
    pub until: i64,
    /// Not opened yet.
    pub is_ahead: bool,
    /// Counts how often its page was drawn.
    pub view: i64,
    /// Its photo was sent before its page.
    pub is_fetched: bool,
}

/// Which part of the queue is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    /// A village's code; empty for all.
    pub village: String,
    /// With or without warnings.
    pub kind: Kind,
}

/// Records with warnings, without, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Both.
    #[default]
    All,
    /// Those that nothing speaks against.
    Clean,
    /// Those with a warning.
    Concerns,
}

impl Kind {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::All, Self::Clean, Self::Concerns];

    /// As forms and the database have it.
    pub fn key(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Clean => "clean",
            Self::Concerns => "concerns",
        }
    }

    /// The one of a key; both for anything unknown.
    pub fn of(key: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.key() == key).unwrap_or_default()
    }

    fn condition(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Clean => "AND concerns = 0",
            Self::Concerns => "AND concerns = 1",
        }
    }
}

/// Who has a record, be it that their time has run out.
pub fn of(connection: &Connection, id: RecordId) -> sql::Result<Option<Claim>> {
    connection
        .prepare_cached("SELECT user_name, since, until, is_ahead, view, is_fetched FROM claim WHERE record_id = ?1")?
        .query_row([id.to_string()], |row| {
            Ok(Claim {
                user: row.get(0)?,
                since: row.get(1)?,
                until: row.get(2)?,
                is_ahead: row.get::<_, i64>(3)? == 1,
                view: row.get(4)?,
                is_fetched: row.get::<_, i64>(5)? == 1,
            })
        })
        .optional()
}

/// Takes a record for somebody, or renews their time. Tells whether it is theirs: nothing is taken from anybody whose time
/// has not run out. The clock of how long it is open starts when it is opened first.
pub fn take(
    transaction: &Transaction,
    id: RecordId,
    user: &str,
    (now, until): (i64, i64),
    is_ahead: bool,
) -> sql::Result<bool> {
    let taken = transaction
        .prepare_cached(
            "INSERT INTO claim (record_id, user_name, since, until, is_ahead) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (record_id) DO UPDATE SET user_name = excluded.user_name, until = excluded.until,
                 since = CASE WHEN claim.user_name = excluded.user_name AND claim.is_ahead = excluded.is_ahead
                     AND claim.until > ?3 THEN claim.since ELSE excluded.since END,
                 is_ahead = excluded.is_ahead, view = claim.view + 1,
                 is_fetched = CASE WHEN excluded.is_ahead = 1 AND claim.user_name = excluded.user_name
                     THEN claim.is_fetched ELSE 0 END
             WHERE claim.user_name = excluded.user_name OR claim.until <= ?3",
        )?
        .execute(params![id.to_string(), user, now, until, i64::from(is_ahead)])?;
    Ok(taken == 1)
}

/// Takes a record away from whoever has it.
pub fn take_over(transaction: &Transaction, id: RecordId, user: &str, now: i64, until: i64) -> sql::Result<()> {
    release(transaction, id)?;
    take(transaction, id, user, (now, until), false).map(drop)
}

/// Nobody has it any more.
pub fn release(transaction: &Transaction, id: RecordId) -> sql::Result<()> {
    transaction.prepare_cached("DELETE FROM claim WHERE record_id = ?1")?.execute([id.to_string()]).map(drop)
}

/// Somebody leaves a page: what they had on it, and what was set aside for them. An older page than the last one of the
/// record gives nothing back. Tells whether it was theirs.
pub fn leave(transaction: &Transaction, id: RecordId, user: &str, view: i64) -> sql::Result<bool> {
    let left = transaction
        .prepare_cached("DELETE FROM claim WHERE record_id = ?1 AND user_name = ?2 AND view = ?3 AND is_ahead = 0")?
        .execute(params![id.to_string(), user, view])?;
    // a page's farewell may come after the next page was opened, which has set aside anew
    let open = "SELECT EXISTS (SELECT 1 FROM claim WHERE user_name = ?1 AND is_ahead = 0)";
    if left == 1 && !transaction.prepare_cached(open)?.query_row([user], |row| row.get(0))? {
        release_ahead(transaction, user)?;
    }
    Ok(left == 1)
}

/// What is set aside for somebody goes back to all.
pub fn release_ahead(transaction: &Transaction, user: &str) -> sql::Result<()> {
    transaction.prepare_cached("DELETE FROM claim WHERE user_name = ?1 AND is_ahead = 1")?.execute([user]).map(drop)
}

/// More time for all that somebody has.
pub fn renew(transaction: &Transaction, user: &str, until: i64) -> sql::Result<()> {
    transaction
        .prepare_cached("UPDATE claim SET until = ?2 WHERE user_name = ?1")?
        .execute(params![user, until])
        .map(drop)
}

/// What somebody had open waits for them: another record comes first.
pub fn put_back(transaction: &Transaction, user: &str) -> sql::Result<()> {
    transaction.prepare_cached("UPDATE claim SET is_ahead = 1 WHERE user_name = ?1")?.execute([user]).map(drop)
}

/// Notes that a photo of the record was sent before its page.
pub fn set_fetched(transaction: &Transaction, id: RecordId) -> sql::Result<()> {
    transaction
        .prepare_cached("UPDATE claim SET is_fetched = 1 WHERE record_id = ?1")?
        .execute([id.to_string()])
        .map(drop)
}

/// The record of somebody's that names this photo, and whether it is only set aside for them.
pub fn with_photo(
    connection: &Connection,
    user: &str,
    sha256: &str,
    now: i64,
) -> sql::Result<Option<(RecordId, bool)>> {
    connection
        .prepare_cached(
            "SELECT claim.record_id, is_ahead FROM claim JOIN revision_photo ON revision_photo.record_id = claim.record_id
             WHERE user_name = ?1 AND until > ?3 AND sha256 = ?2 ORDER BY is_ahead LIMIT 1",
        )?
        .query_row(params![user, sha256, now], |row| Ok((parsed(&row.get::<_, String>(0)?)?, row.get(1)?)))
        .optional()
}

/// Removes what ran out long ago.
pub fn forget(transaction: &Transaction, before: i64) -> sql::Result<()> {
    transaction.prepare_cached("DELETE FROM claim WHERE until < ?1")?.execute([before])?;
    transaction.prepare_cached("DELETE FROM skipped WHERE at < ?1")?.execute([before]).map(drop)
}

/// The undecided record that comes next for somebody: what is set aside for them, else the oldest that nobody else has, that
/// no verdict is held for, and that they have not put aside. With `is_ahead`, none that they have open already.
pub fn next(
    connection: &Connection,
    user: &str,
    desk: &Desk,
    but: Option<RecordId>,
    is_ahead: bool,
    now: i64,
) -> sql::Result<Option<RecordId>> {
    let but = but.map(|id| id.to_string()).unwrap_or_default();
    let village = if desk.village.is_empty() { "AND ?4 = ''" } else { "AND record.village = ?4" };
    let open = format!(
        "record.state IN ('received', 'corrected') {village} {} AND record.id <> ?3
         AND NOT EXISTS (SELECT 1 FROM verdict WHERE verdict.record_id = record.id AND applied_at IS NULL)
         AND NOT EXISTS (SELECT 1 FROM skipped WHERE skipped.record_id = record.id AND skipped.user_name = ?1)",
        desk.kind.condition()
    );
    let ahead = format!(
        "SELECT record.id FROM claim JOIN record ON record.id = claim.record_id
         WHERE claim.user_name = ?1 AND claim.is_ahead = 1 AND claim.until > ?2 AND {open} ORDER BY received_at, record.id LIMIT 1"
    );
    let theirs = if is_ahead { "(claim.user_name <> ?1 OR claim.is_ahead = 0)" } else { "claim.user_name <> ?1" };
    let oldest = format!(
        "SELECT record.id FROM record WHERE {open}
         AND NOT EXISTS (SELECT 1 FROM claim WHERE claim.record_id = record.id AND {theirs} AND claim.until > ?2)
         ORDER BY received_at, record.id LIMIT 1"
    );
    for sql in [ahead, oldest] {
        let found = connection
            .prepare_cached(&sql)?
            .query_row(params![user, now, but, desk.village], |row| parsed(&row.get::<_, String>(0)?))
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Puts a record aside for somebody.
pub fn skip(transaction: &Transaction, user: &str, id: RecordId, now: i64) -> sql::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO skipped (user_name, record_id, at) VALUES (?1, ?2, ?3)
             ON CONFLICT (user_name, record_id) DO UPDATE SET at = excluded.at",
        )?
        .execute(params![user, id.to_string(), now])
        .map(drop)
}

/// What somebody put aside comes up again; tells how much it was.
pub fn unskip(transaction: &Transaction, user: &str) -> sql::Result<usize> {
    transaction.prepare_cached("DELETE FROM skipped WHERE user_name = ?1")?.execute([user])
}

/// Which part of the queue somebody works on.
pub fn desk(connection: &Connection, user: &str) -> sql::Result<Desk> {
    let found = connection
        .prepare_cached("SELECT village, kind FROM desk WHERE user_name = ?1")?
        .query_row([user], |row| Ok(Desk { village: row.get(0)?, kind: Kind::of(&row.get::<_, String>(1)?) }))
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// From now on somebody works on this part.
pub fn set_desk(transaction: &Transaction, user: &str, desk: &Desk) -> sql::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO desk (user_name, village, kind) VALUES (?1, ?2, ?3)
             ON CONFLICT (user_name) DO UPDATE SET village = excluded.village, kind = excluded.kind",
        )?
        .execute(params![user, desk.village, desk.kind.key()])
        .map(drop)
}

/// So many are worth counting each time a page is drawn.
pub const COUNTED: u32 = 10_000;

/// What the queue's page counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Received or corrected, without those that a verdict is held for.
    pub undecided: u32,
    /// Of these, without any warning; more than [`COUNTED`] are not counted out.
    pub clean: u32,
    /// Open at somebody else's.
    pub elsewhere: u32,
    /// Put aside by the asker.
    pub skipped: u32,
}

/// Counts a village's queue, or all of it.
pub fn counts(connection: &Connection, user: &str, village: &str, now: i64) -> sql::Result<Counts> {
    let one = |sql: &str| connection.prepare_cached(sql)?.query_row(params![village], |row| row.get::<_, i64>(0));
    let undecided = one("SELECT coalesce(sum(undecided), 0) FROM tally WHERE village = ?1")?;
    // whoever has ten verdicts held has ten rows here: this counts few
    let (held, held_clean) = connection
        .prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE concerns = 0) FROM verdict JOIN record ON record.id = record_id
             WHERE applied_at IS NULL AND record.state IN ('received', 'corrected') AND (?1 = '' OR record.village = ?1)",
        )?
        .query_row([village], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    let within = if village.is_empty() { "?1 = ''" } else { "village = ?1" };
    let clean = one(&format!(
        "SELECT count(*) FROM (SELECT 1 FROM record WHERE state IN ('received', 'corrected') AND concerns = 0 AND {within}
             LIMIT {}) AS counted",
        COUNTED + 1
    ))?;
    let elsewhere = connection
        .prepare_cached("SELECT count(*) FROM claim WHERE user_name <> ?1 AND until > ?2 AND is_ahead = 0")?
        .query_row(params![user, now], |row| row.get(0))?;
    let skipped = connection
        .prepare_cached("SELECT count(*) FROM skipped WHERE user_name = ?1")?
        .query_row([user], |row| row.get(0))?;
    let number = |count: i64| u32::try_from(count.max(0)).unwrap_or(u32::MAX);
    Ok(Counts { undecided: number(undecided - held), clean: number(clean - held_clean), elsewhere, skipped })
}
