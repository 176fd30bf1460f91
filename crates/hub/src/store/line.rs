//! The waiting list: who comes when, and whether phones have heard it.

use super::lease::Pool;
use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Transaction, params};
use payung_domain::programme::rank::RankKey;
use payung_domain::programme::{ProgrammeId, SourceId};
use payung_domain::region::VillageCode;
use payung_domain::{Nik, RecordId};

/// Somebody who waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The enrolment.
    pub record: RecordId,
    /// Its turn.
    pub key: RankKey,
    /// The village whose phones hear of it.
    pub village: VillageCode,
    /// The rank that was told last.
    pub told: Option<u32>,
}

impl Pool {
    /// Everybody who waits, the next one first.
    pub fn line(&self, connection: &Connection) -> sql::Result<Vec<Waiting>> {
        let village = self.village.map(|village| village.to_string());
        let condition = if village.is_some() { "AND village = ?2" } else { "AND CAST(?2 AS TEXT) IS NULL" };
        connection
            .prepare_cached(&format!(
                "SELECT id, line, village, rank FROM record
                 WHERE programme = ?1 {condition} AND line IS NOT NULL ORDER BY line"
            ))?
            .query_map(params![self.programme.as_str(), village], |row| {
                Ok(Waiting {
                    record: parsed(&row.get::<_, String>(0)?)?,
                    key: RankKey::from_bytes(row.get(1)?),
                    village: parsed(&row.get::<_, String>(2)?)?,
                    told: row.get(3)?,
                })
            })?
            .collect()
    }

    /// Who comes next.
    pub fn next_in_line(&self, connection: &Connection) -> sql::Result<Option<RecordId>> {
        let id = self.number::<String>(connection, "id", "AND line IS NOT NULL ORDER BY line LIMIT 1").optional()?;
        id.map(|id| parsed(&id)).transpose()
    }

    /// The rank of a turn among those who wait, from 1.
    pub fn rank_of(&self, connection: &Connection, key: &RankKey) -> sql::Result<u32> {
        let village = self.village.map(|village| village.to_string());
        let condition = if village.is_some() { "AND village = ?3" } else { "AND CAST(?3 AS TEXT) IS NULL" };
        connection
            .prepare_cached(&format!("SELECT count(*) + 1 FROM record WHERE programme = ?1 AND line < ?2 {condition}"))?
            .query_row(params![self.programme.as_str(), key.as_bytes(), village], |row| row.get(0))
    }

    /// How often the line has changed, if a village's phones have not heard of its last change.
    pub fn untold(&self, connection: &Connection, village: VillageCode) -> sql::Result<Option<i64>> {
        connection
            .prepare_cached(
                "SELECT changes FROM line_change WHERE programme = ?1 AND village = ?2 AND changes IS DISTINCT FROM
                     (SELECT told FROM line_change WHERE programme = ?1 AND village = ?3)",
            )?
            .query_row(params![self.programme.as_str(), self.key(), village.to_string()], |row| row.get(0))
            .optional()
    }

    /// A village's phones have heard of so many changes.
    pub fn set_told(&self, transaction: &Transaction, village: VillageCode, changes: i64) -> sql::Result<()> {
        transaction
            .prepare_cached(
                "INSERT INTO line_change (programme, village, told) VALUES (?1, ?2, ?3)
                 ON CONFLICT (programme, village) DO UPDATE SET told = excluded.told",
            )?
            .execute(params![self.programme.as_str(), village.to_string(), changes])?;
        Ok(())
    }
}

/// The turn of a record that waits.
pub fn key_of(connection: &Connection, record: RecordId) -> sql::Result<Option<RankKey>> {
    let key: Option<Vec<u8>> = connection
        .prepare_cached("SELECT line FROM record WHERE id = ?1")?
        .query_row([record.to_string()], |row| row.get(0))
        .optional()?
        .flatten();
    Ok(key.map(RankKey::from_bytes))
}

/// Writes a record's turn; its state says that it waits before the transaction ends.
pub fn set_key(transaction: &Transaction, record: RecordId, key: &RankKey) -> sql::Result<()> {
    transaction
        .prepare_cached("UPDATE record SET line = ?2 WHERE id = ?1")?
        .execute(params![record.to_string(), key.as_bytes()])?;
    Ok(())
}

/// Notes when the person heard of a place that is promised, in Unix milliseconds.
pub fn set_told_at(transaction: &Transaction, record: RecordId, at: i64) -> sql::Result<()> {
    transaction
        .prepare_cached("UPDATE record SET told_at = coalesce(told_at, ?2) WHERE id = ?1")?
        .execute(params![record.to_string(), at])?;
    Ok(())
}

/// A smaller quota took the person's place away.
pub fn set_lost(transaction: &Transaction, record: RecordId, at: i64) -> sql::Result<()> {
    transaction
        .prepare_cached("UPDATE record SET lost_at = ?2, told_at = NULL WHERE id = ?1")?
        .execute(params![record.to_string(), at])?;
    Ok(())
}

/// What the records tell about an enrolment's moment.
pub struct Beginning {
    /// Of the first revision, Unix milliseconds by the phone's clock.
    pub saved_at: i64,
    /// How far that clock was behind ours.
    pub clock_offset: Option<i64>,
    /// Of the first revision, Unix milliseconds.
    pub received_at: i64,
    /// Whether a smaller quota took a place away.
    pub has_lost_place: bool,
}

/// When a record began.
pub fn beginning(connection: &Connection, record: RecordId) -> sql::Result<Beginning> {
    connection
        .prepare_cached(
            "SELECT saved_at, clock_offset, revision.received_at, lost_at IS NOT NULL
             FROM revision JOIN record ON record.id = record_id WHERE record_id = ?1 ORDER BY revision.revision LIMIT 1",
        )?
        .query_row([record.to_string()], |row| {
            Ok(Beginning {
                saved_at: row.get(0)?,
                clock_offset: row.get(1)?,
                received_at: row.get(2)?,
                has_lost_place: row.get(3)?,
            })
        })
}

/// The newest revision's JSON.
pub fn newest_body(connection: &Connection, id: RecordId) -> sql::Result<String> {
    connection
        .prepare_cached("SELECT body FROM revision WHERE record_id = ?1 ORDER BY revision DESC LIMIT 1")?
        .query_row([id.to_string()], |row| row.get(0))
}

/// Whether a phone has brought about this change.
pub fn is_of_phone(connection: &Connection, seq: u64) -> sql::Result<bool> {
    connection
        .prepare_cached("SELECT actor LIKE 'device:%' FROM change WHERE seq = ?1")?
        .query_row([i64::try_from(seq).unwrap_or(i64::MAX)], |row| row.get(0))
}

/// The records that wait for a programme.
pub fn waiting_in(connection: &Connection, programme: &ProgrammeId) -> sql::Result<Vec<RecordId>> {
    connection
        .prepare_cached("SELECT id FROM record WHERE state = 'waiting_list' AND programme = ?1")?
        .query_map([programme.as_str()], |row| parsed(&row.get::<_, String>(0)?))?
        .collect()
}

/// The records of one person that wait for a programme.
pub fn waiting_of(connection: &Connection, programme: &ProgrammeId, nik: &Nik) -> sql::Result<Vec<RecordId>> {
    connection
        .prepare_cached("SELECT id FROM record WHERE nik = ?2 AND programme = ?1 AND line IS NOT NULL")?
        .query_map(params![programme.as_str(), nik.digits()], |row| parsed(&row.get::<_, String>(0)?))?
        .collect()
}

/// The rule by which a programme's line was written.
pub fn rule_of(connection: &Connection, programme: &ProgrammeId) -> sql::Result<Option<String>> {
    connection
        .prepare_cached("SELECT rule FROM line_rule WHERE programme = ?1")?
        .query_row([programme.as_str()], |row| row.get(0))
        .optional()
}

/// A programme's line is written by this rule from now on.
pub fn set_rule(transaction: &Transaction, programme: &ProgrammeId, rule: &str) -> sql::Result<()> {
    transaction.execute(
        "INSERT INTO line_rule (programme, rule) VALUES (?1, ?2) ON CONFLICT (programme) DO UPDATE SET rule = excluded.rule",
        params![programme.as_str(), rule],
    )?;
    Ok(())
}

/// What one list says of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListEntry {
    /// The person.
    pub nik: Nik,
    /// Decile of welfare, 1 to 10; nothing where the list does not say.
    pub decile: Option<u8>,
    /// Nothing where the list does not say.
    pub has_disability: Option<bool>,
}

/// Adds what a list says of a person, or says it anew.
pub fn put_entry(
    transaction: &Transaction,
    programme: &ProgrammeId,
    source: &SourceId,
    entry: &ListEntry,
    now: i64,
) -> sql::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO list_entry (programme, source, nik, decile, has_disability, added_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (programme, nik, source) DO UPDATE SET decile = excluded.decile,
                 has_disability = excluded.has_disability, added_at = excluded.added_at",
        )?
        .execute(params![
            programme.as_str(),
            source.as_str(),
            entry.nik.digits(),
            entry.decile,
            entry.has_disability,
            now
        ])?;
    Ok(())
}

/// What a programme's lists say of a person.
pub fn entries_of(
    connection: &Connection,
    programme: &ProgrammeId,
    nik: &Nik,
) -> sql::Result<Vec<(SourceId, ListEntry)>> {
    connection
        .prepare_cached("SELECT source, decile, has_disability FROM list_entry WHERE programme = ?1 AND nik = ?2")?
        .query_map(params![programme.as_str(), nik.digits()], |row| {
            let entry = ListEntry { nik: *nik, decile: row.get(1)?, has_disability: row.get(2)? };
            Ok((SourceId(row.get(0)?), entry))
        })?
        .collect()
}
