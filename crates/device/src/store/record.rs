//! Records as lists, a page and a timeline show them.

use super::{Result, StoreError, place, setting};
use jiff::Timestamp;
use jiff::civil::Date;
use payung_domain::enrolment::Photo;
use payung_domain::wire::RefusalReason;
use payung_domain::{Cover, Enrolment, Nik, PhotoHash, RecordId, State, WorkerKeyHash};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

/// What the phone shows for a record: the office's state, or what still holds it here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing of it waits on this phone, or nothing but photos.
    State(State),
    /// The hub refused it for its content; it waits here until it is mended.
    SetAside(RefusalReason),
}

impl Standing {
    /// What it is worth on a day that somebody is said to be covered; nothing for everybody else.
    pub fn cover_on(&self, today: Date) -> Cover {
        match self {
            Self::State(state @ State::Active { .. }) => state.cover_on(today),
            _ => Cover::None,
        }
    }
}

/// A line of the list.
#[derive(Clone, PartialEq)]
pub struct RecordRow {
    /// The record.
    pub id: RecordId,
    /// Order on this phone, from 1.
    pub number: i64,
    /// As typed or saved; may be empty in a draft.
    pub name: String,
    /// Never the whole NIK.
    pub nik_masked: String,
    /// Where it stands.
    pub standing: Standing,
    /// This many of its photos are still to go.
    pub photos_to_send: u32,
    /// A draft or an unfinished correction is open.
    pub is_editing: bool,
    /// The last time that something was typed or saved.
    pub touched_at: Timestamp,
    /// Its photo in small.
    pub thumbnail: Option<PhotoHash>,
}

/// One step of a record's way.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineEntry {
    /// By the hub's clock where the hub decided.
    pub at: Timestamp,
    /// Which revision it is about.
    pub revision: u32,
    /// Where the record stood from then on.
    pub state: State,
}

impl std::fmt::Debug for RecordRow {
    /// Personal data stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RecordRow({}, {:?}, {} photos to send)", self.id, self.standing, self.photos_to_send)
    }
}

/// A record with everything that its page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordView {
    /// As in the list.
    pub row: RecordRow,
    /// What was saved last; nothing for a draft.
    pub enrolment: Option<Enrolment>,
    /// What the hub holds of its photos.
    pub photos: Vec<(Photo, bool)>,
    /// Oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// Whether there is a place for the person, as long as the office has not decided.
    pub promise: Promise,
}

/// What a kader may say about the quota before the office has decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Promise {
    /// Nothing: it is decided, or the programme counts no places, or the hub has not spoken of them.
    #[default]
    Nothing,
    /// A place is kept for the person.
    Place {
        /// Its number, from 1.
        place: u32,
        /// How many there are.
        quota: u32,
    },
    /// None was left to promise; the order of enrolment counts.
    InLine,
}

/// The numbers of the home screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Saved records on this phone.
    pub records: u32,
    /// Of those, records whose text the hub does not hold.
    pub to_send: u32,
    /// Photos that the hub does not hold.
    pub photos_to_send: u32,
    /// Places promised to people of whom the hub has not heard.
    pub places_promised: u32,
    /// Bytes of what waits, about as many as the way to the hub will cost: text zipped, photos as they are.
    pub bytes_to_send: u64,
}

/// A row of the table, as the other modules need it.
pub(crate) struct Stored {
    pub number: i64,
    pub state: State,
    pub revision: u32,
    pub enrolment: Option<String>,
    pub is_editing: bool,
}

/// The record's number on this phone.
pub(crate) fn number(db: &Connection, id: RecordId) -> Result<i64> {
    db.prepare_cached("SELECT number FROM record WHERE id = ?1")?
        .query_row([id.to_string()], |row| row.get(0))
        .optional()?
        .ok_or(StoreError::NoSuchRecord)
}

/// The number of a record that is open for changes.
pub(crate) fn open_number(db: &Connection, id: RecordId) -> Result<i64> {
    let row = by_id(db, id)?;
    if row.is_editing { Ok(row.number) } else { Err(StoreError::NotOpen) }
}

/// Whether anything is open or has not reached the hub whole.
pub(crate) fn has_unfinished(db: &Connection) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM record WHERE is_editing = 1)";
    Ok(db.query_row(sql, [], |row| row.get(0))?)
}

/// The record.
pub(crate) fn by_id(db: &Connection, id: RecordId) -> Result<Stored> {
    let row = db
        .prepare_cached("SELECT number, state, revision, enrolment, is_editing FROM record WHERE id = ?1")?
        .query_row([id.to_string()], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .optional()?;
    let (number, state, revision, enrolment, is_editing) = row.ok_or(StoreError::NoSuchRecord)?;
    Ok(Stored { number, state: serde_json::from_str(&state)?, revision, enrolment, is_editing })
}

/// A record becomes another revision of itself.
pub(crate) fn set_content(tx: &Transaction, number: i64, revision: u32, text: &str) -> Result<()> {
    let enrolment: Enrolment = serde_json::from_str(text)?;
    tx.execute(
        "UPDATE record SET enrolment = ?2, revision = ?3, nik = ?4, name = ?5 WHERE number = ?1",
        params![number, text, revision, enrolment.identity.nik.digits(), enrolment.identity.name],
    )?;
    Ok(())
}

/// Writes a step into the timeline.
pub(crate) fn add_event(tx: &Transaction, number: i64, revision: u32, state: &State, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO event (record_number, at, revision, state) VALUES (?1, ?2, ?3, ?4)",
        params![number, at.to_string(), revision, serde_json::to_string(state)?],
    )?;
    Ok(())
}

/// Moves a record to a state and says so in the timeline; a state that it has already is no news (false).
pub(crate) fn set_state(tx: &Transaction, number: i64, revision: u32, state: &State, at: Timestamp) -> Result<bool> {
    let text = serde_json::to_string(state)?;
    let sql = "UPDATE record SET state = ?2 WHERE number = ?1 AND state <> ?2";
    let is_news = tx.execute(sql, params![number, text])? > 0;
    if is_news {
        add_event(tx, number, revision, state, at)?;
    }
    Ok(is_news)
}

/// Whether a record was saved with this NIK.
pub(crate) fn is_of(db: &Connection, id: RecordId, nik: &Nik) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM record WHERE id = ?1 AND nik = ?2 AND revision > 0)";
    Ok(db.prepare_cached(sql)?.query_row(params![id.to_string(), nik.digits()], |row| row.get(0))?)
}

/// Another living record with this NIK for what the village enrols for today; what was for another programme may be renewed.
pub(crate) fn with_nik(db: &Connection, nik: &Nik, but: RecordId) -> Result<Option<RecordId>> {
    let programme = setting::village(db)?.map(|village| village.programme.id);
    let mut statement = db.prepare_cached(
        "SELECT id, state FROM record WHERE nik = ?1 AND id <> ?2 AND revision > 0
             AND (?3 IS NULL OR enrolment ->> 'programme' = ?3)",
    )?;
    let programme = programme.as_ref().map(|programme| programme.as_str());
    let rows = statement.query_map(params![nik.digits(), but.to_string(), programme], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    for row in rows {
        let (id, state) = row?;
        if !serde_json::from_str::<State>(&state)?.is_final() {
            return Ok(id.parse().ok());
        }
    }
    Ok(None)
}

const ROW: &str = "SELECT r.id, r.number, r.name, r.nik, r.state, r.is_editing, r.touched_at,
        coalesce(o.lease_until, ''), coalesce(o.refusal, ''), o.record_number IS NOT NULL AND o.is_text_held = 0,
        CASE WHEN o.record_number IS NULL THEN 0 ELSE
            (SELECT count(*) FROM photo p WHERE p.record_number = r.number AND p.in_record = 1 AND p.is_held = 0) END,
        (SELECT p.sha256 FROM photo p WHERE p.record_number = r.number ORDER BY p.in_draft DESC LIMIT 1)
    FROM record r LEFT JOIN outbox o ON o.record_number = r.number";

fn read_row(row: &Row) -> rusqlite::Result<Result<RecordRow>> {
    let (id, state, touched_at): (String, String, String) = (row.get(0)?, row.get(4)?, row.get(6)?);
    let (nik, lease, refusal): (String, String, String) = (row.get(3)?, row.get(7)?, row.get(8)?);
    let thumbnail: Option<String> = row.get(11)?;
    let (number, name, is_editing, is_unsent) = (row.get(1)?, row.get(2)?, row.get(5)?, row.get(9)?);
    let photos_to_send = row.get(10)?;
    Ok((|| {
        Ok(RecordRow {
            id: id.parse().map_err(|_| StoreError::NoSuchRecord)?,
            number,
            name,
            nik_masked: Nik::parse(&nik).map(|nik| nik.masked()).unwrap_or_default(),
            standing: standing(serde_json::from_str(&state)?, is_unsent, !lease.is_empty(), &refusal)?,
            photos_to_send,
            is_editing,
            touched_at: touched_at.parse().unwrap_or(Timestamp::UNIX_EPOCH),
            thumbnail: thumbnail.and_then(|sha256| sha256.parse().ok()),
        })
    })())
}

/// A correction that has not left is shown as not sent, like a first save.
fn standing(state: State, is_unsent: bool, is_leased: bool, refusal: &str) -> Result<Standing> {
    Ok(match () {
        () if !refusal.is_empty() => Standing::SetAside(serde_json::from_str(refusal)?),
        () if is_unsent && is_leased => Standing::State(State::Sending),
        () if is_unsent => Standing::State(State::Queued),
        () => Standing::State(state),
    })
}

/// The newest records, at most `most`; `search` finds part of a name, of a NIK, or of the KPJ on the card.
pub(crate) fn list(db: &Connection, search: &str, most: u32) -> Result<Vec<RecordRow>> {
    let wanted = search.trim();
    let digits: String = wanted.chars().filter(|c| !c.is_whitespace()).collect();
    let like = |text: &str| format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let sql = format!(
        "{ROW} WHERE ?1 = '' OR r.name LIKE ?2 ESCAPE '\\' OR r.nik LIKE ?3 ESCAPE '\\'
            OR r.id IN (SELECT record_id FROM card WHERE kpj LIKE ?3 ESCAPE '\\')
         ORDER BY r.touched_at DESC, r.number DESC LIMIT ?4"
    );
    let mut statement = db.prepare_cached(&sql)?;
    statement.query_map(params![wanted, like(wanted), like(&digits), most], read_row)?.map(|row| row?).collect()
}

/// The record whose worker has the key of this hash.
pub(crate) fn with_worker_key(db: &Connection, hash: WorkerKeyHash) -> Result<Option<RecordId>> {
    let sql = "SELECT id FROM record WHERE json_extract(enrolment, '$.worker_key') = ?1";
    let id: Option<String> = db.prepare_cached(sql)?.query_row([hash.to_string()], |row| row.get(0)).optional()?;
    id.map(|id| id.parse().map_err(|_| StoreError::NoSuchRecord)).transpose()
}

/// Drafts and unfinished corrections, newest first.
pub(crate) fn open_drafts(db: &Connection) -> Result<Vec<RecordRow>> {
    let sql = format!("{ROW} WHERE r.is_editing = 1 ORDER BY r.touched_at DESC LIMIT 50");
    db.prepare_cached(&sql)?.query_map([], read_row)?.map(|row| row?).collect()
}

/// Every saved record with its enrolment's JSON, in the order of this phone.
pub(crate) fn saved(db: &Connection) -> Result<Vec<(RecordRow, String)>> {
    let sql = format!("{ROW} WHERE r.revision > 0 ORDER BY r.number");
    let mut rows = db.prepare_cached(&sql)?;
    let mut enrolment = db.prepare_cached("SELECT enrolment FROM record WHERE number = ?1")?;
    let mut found = Vec::new();
    for row in rows.query_map([], read_row)? {
        let row = row??;
        let text = enrolment.query_row([row.number], |r| r.get(0))?;
        found.push((row, text));
    }
    Ok(found)
}

/// What waits for the kader: returned by the office, or refused by the hub.
pub(crate) fn needing_me(db: &Connection) -> Result<Vec<RecordRow>> {
    let sql = format!(
        "{ROW} WHERE coalesce(o.refusal, '') <> ''
            OR (json_extract(r.state, '$.state') = 'needs_correction' AND o.record_number IS NULL)
         ORDER BY r.touched_at DESC LIMIT 200"
    );
    db.prepare_cached(&sql)?.query_map([], read_row)?.map(|row| row?).collect()
}

/// The numbers of the home screen.
pub(crate) fn counts(db: &Connection) -> Result<Counts> {
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, u32>(0));
    Ok(Counts {
        records: count("SELECT count(*) FROM record WHERE revision > 0")?,
        to_send: count("SELECT count(*) FROM outbox WHERE is_text_held = 0")?,
        photos_to_send: count(
            "SELECT count(*) FROM photo JOIN outbox USING (record_number) WHERE in_record = 1 AND is_held = 0",
        )?,
        places_promised: count(
            "SELECT count(place) FROM record JOIN outbox ON record_number = number WHERE is_text_held = 0",
        )?,
        // zipped text is a fifth of itself; what surrounds a photo is 3 % of it at most
        bytes_to_send: db.query_row(
            "SELECT (SELECT coalesce(sum(length(enrolment)), 0) / 5 FROM record JOIN outbox ON record_number = number
                         WHERE is_text_held = 0)
                  + (SELECT coalesce(sum(length(jpeg)), 0) FROM photo JOIN outbox USING (record_number)
                         WHERE in_record = 1 AND is_held = 0)",
            [],
            |row| row.get::<_, i64>(0).map(i64::unsigned_abs),
        )?,
    })
}

/// Everything about one record.
pub(crate) fn view(db: &Connection, id: RecordId) -> Result<RecordView> {
    let sql = format!("{ROW} WHERE r.id = ?1");
    let row = db.prepare_cached(&sql)?.query_row([id.to_string()], read_row).optional()?;
    let row = row.ok_or(StoreError::NoSuchRecord)??;
    let stored = by_id(db, id)?;
    let enrolment: Option<Enrolment> = stored.enrolment.map(|text| serde_json::from_str(&text)).transpose()?;
    let mut held = db.prepare_cached("SELECT is_held FROM photo WHERE record_number = ?1 AND sha256 = ?2")?;
    let photos = enrolment.iter().flat_map(|enrolment| &enrolment.photos).map(|photo| {
        let is_held = held.query_row(params![row.number, photo.sha256.to_string()], |r| r.get(0)).optional()?;
        Ok((photo.clone(), is_held.unwrap_or(false)))
    });
    let photos = photos.collect::<Result<Vec<_>>>()?;
    let timeline = timeline(db, row.number)?;
    let promise = promise(db, &row, stored.revision)?;
    Ok(RecordView { row, enrolment, photos, timeline, promise })
}

fn promise(db: &Connection, row: &RecordRow, revision: u32) -> Result<Promise> {
    use State::{Corrected, Queued, Received, Sending};
    let Standing::State(state) = &row.standing else { return Ok(Promise::Nothing) };
    let is_open = matches!(state, Queued | Sending | Received | Corrected);
    let quota = setting::village(db)?.and_then(|village| village.places.quota);
    let (Some(quota), true) = (quota, is_open && revision > 0) else { return Ok(Promise::Nothing) };
    let place = db.query_row("SELECT place FROM record WHERE number = ?1", [row.number], |r| r.get(0))?;
    Ok(match place {
        Some(place) => Promise::Place { place, quota },
        // what a correction will get is known when the hub has it
        None if place::lease(db)?.is_some() && (revision == 1 || matches!(state, Received | Corrected)) => {
            Promise::InLine
        }
        None => Promise::Nothing,
    })
}

/// A record's way, oldest first.
pub(crate) fn timeline(db: &Connection, number: i64) -> Result<Vec<TimelineEntry>> {
    let mut statement =
        db.prepare_cached("SELECT at, revision, state FROM event WHERE record_number = ?1 ORDER BY number")?;
    let events = statement.query_map([number], |r| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get::<_, String>(2)?)))?;
    events
        .map(|event| {
            let (at, revision, state) = event?;
            let at = at.parse().unwrap_or(Timestamp::UNIX_EPOCH);
            Ok(TimelineEntry { at, revision, state: serde_json::from_str(&state)? })
        })
        .collect()
}
