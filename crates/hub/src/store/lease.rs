//! Places lent to phones and kept for records, and the numbers of those that are free.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Params, Row, ToSql, Transaction, params};
use payung_domain::RecordId;
use payung_domain::programme::ProgrammeId;
use payung_domain::region::VillageCode;
use std::collections::BTreeSet;

/// Places that are counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Of this programme.
    pub programme: ProgrammeId,
    /// Of this village; nothing where all villages share them.
    pub village: Option<VillageCode>,
    /// How many there are.
    pub quota: u32,
}

/// Who may use one of a pool's places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// It was lent to this phone, or kept for one of its records.
    pub device_id: String,
    /// It is kept for this record.
    pub record: Option<RecordId>,
    /// Unix milliseconds; of one that is only lent.
    pub expires_at: Option<i64>,
}

impl Pool {
    /// The village in the table of leases.
    pub(super) fn key(&self) -> String {
        self.village.map(|village| village.to_string()).unwrap_or_default()
    }

    /// One number about the pool's records.
    pub(super) fn number<T: sql::FromSql>(&self, connection: &Connection, what: &str, after: &str) -> sql::Result<T> {
        let programme: &dyn ToSql = &self.programme.as_str();
        let (sql, village) = match &self.village {
            Some(village) => (
                format!("SELECT {what} FROM record WHERE programme = ?1 AND village = ?2 {after}"),
                Some(village.to_string()),
            ),
            None => (format!("SELECT {what} FROM record WHERE programme = ?1 {after}"), None),
        };
        let mut values = vec![programme];
        values.extend(village.as_ref().map(|village| village as &dyn ToSql));
        connection.prepare_cached(&sql)?.query_row(&values[..], |row| row.get(0))
    }

    /// The numbers of up to `most` free places when `taken` and `lent` are not: those never given first.
    pub fn free(&self, connection: &Connection, (taken, lent): (u32, u32), most: u32) -> sql::Result<Vec<u32>> {
        let most = most.min(self.quota.saturating_sub(taken.saturating_add(lent))) as usize;
        if most == 0 {
            return Ok(Vec::new());
        }
        let given: u32 = self.number(connection, "coalesce(max(place), 0)", "AND place IS NOT NULL")?;
        let lent: u32 = connection
            .prepare_cached("SELECT coalesce(max(place), 0) FROM lease WHERE programme = ?1 AND village = ?2")?
            .query_row(params![self.programme.as_str(), self.key()], |row| row.get(0))?;
        let mut free: Vec<u32> = (given.max(lent) + 1..=self.quota).take(most).collect();
        if free.len() < most {
            free.extend(self.gaps(connection, most - free.len())?);
        }
        Ok(free)
    }

    /// Numbers below the highest one that nobody holds.
    fn gaps(&self, connection: &Connection, most: usize) -> sql::Result<Vec<u32>> {
        let mut statement = connection.prepare_cached(
            "SELECT place FROM record WHERE programme = ?1 AND (?2 = '' OR village = ?2) AND place IS NOT NULL
             UNION ALL SELECT place FROM lease WHERE programme = ?1 AND village = ?2 ORDER BY place",
        )?;
        let held = statement.query_map(params![self.programme.as_str(), self.key()], |row| row.get::<_, u32>(0))?;
        let (mut gaps, mut next) = (Vec::new(), 1);
        for place in held {
            let place = place?;
            gaps.extend((next..place.min(self.quota + 1)).take(most - gaps.len()));
            if gaps.len() == most {
                break;
            }
            next = place + 1;
        }
        Ok(gaps)
    }

    /// Who may use a place.
    pub fn holder(&self, connection: &Connection, place: u32) -> sql::Result<Option<Holder>> {
        let read = |row: &Row| {
            let record: Option<String> = row.get(1)?;
            let record = record.map(|id| parsed(&id)).transpose()?;
            Ok(Holder { device_id: row.get(0)?, record, expires_at: row.get(2)? })
        };
        connection
            .prepare_cached(
                "SELECT device_id, record_id, expires_at FROM lease WHERE programme = ?1 AND village = ?2 AND place = ?3",
            )?
            .query_row(params![self.programme.as_str(), self.key(), place], read)
            .optional()
    }

    /// Whether a decided record has this place.
    pub fn is_given(&self, connection: &Connection, place: u32) -> sql::Result<bool> {
        connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM record WHERE programme = ?1 AND (?2 = '' OR village = ?2) AND place = ?3)",
            )?
            .query_row(params![self.programme.as_str(), self.key(), place], |row| row.get(0))
    }

    /// Keeps a place for a record.
    pub fn keep(&self, transaction: &Transaction, place: u32, device: &str, record: RecordId) -> sql::Result<()> {
        self.set(transaction, place, device, Some(record), None)
    }

    /// Lends a place to a phone.
    pub fn lend(&self, transaction: &Transaction, place: u32, device: &str, until: i64) -> sql::Result<()> {
        self.set(transaction, place, device, None, Some(until))
    }

    fn set(
        &self,
        transaction: &Transaction,
        place: u32,
        device: &str,
        record: Option<RecordId>,
        until: Option<i64>,
    ) -> sql::Result<()> {
        let record = record.map(|id| id.to_string());
        transaction
            .prepare_cached(
                "INSERT INTO lease (programme, village, place, device_id, record_id, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (programme, village, place)
                 DO UPDATE SET device_id = excluded.device_id, record_id = excluded.record_id, expires_at = excluded.expires_at",
            )?
            .execute(params![self.programme.as_str(), self.key(), place, device, record, until])?;
        Ok(())
    }

    /// The places that are lent to a phone, ascending.
    pub fn lent_to(&self, connection: &Connection, device: &str) -> sql::Result<Vec<u32>> {
        connection
            .prepare_cached(
                "SELECT place FROM lease WHERE programme = ?1 AND village = ?2 AND device_id = ?3 AND record_id IS NULL
                 ORDER BY place",
            )?
            .query_map(params![self.programme.as_str(), self.key(), device], |row| row.get(0))?
            .collect()
    }

    /// All that is lent to a phone is lent until then.
    pub fn renew(&self, transaction: &Transaction, device: &str, until: i64) -> sql::Result<()> {
        changed(
            transaction,
            "UPDATE lease SET expires_at = ?4
             WHERE device_id = ?3 AND record_id IS NULL AND programme = ?1 AND village = ?2",
            params![self.programme.as_str(), self.key(), device, until],
        )
    }

    /// Takes one lent place back.
    pub fn take_back(&self, transaction: &Transaction, place: u32) -> sql::Result<()> {
        changed(
            transaction,
            "DELETE FROM lease WHERE programme = ?1 AND village = ?2 AND place = ?3 AND record_id IS NULL",
            params![self.programme.as_str(), self.key(), place],
        )
    }

    /// Takes back what phones have had for too long.
    pub fn take_back_expired(&self, transaction: &Transaction, now: i64) -> sql::Result<()> {
        changed(
            transaction,
            "DELETE FROM lease WHERE programme = ?1 AND village = ?2 AND record_id IS NULL AND expires_at <= ?3",
            params![self.programme.as_str(), self.key(), now],
        )
    }
}

/// How often something was said to a phone about places.
pub fn serial(connection: &Connection, device: &str) -> sql::Result<u64> {
    connection
        .prepare_cached("SELECT lease_serial FROM device WHERE id = ?1")?
        .query_row([device], |row| row.get::<_, i64>(0).map(i64::unsigned_abs))
}

/// Something new is said to a phone about places.
pub fn count_up(transaction: &Transaction, device: &str) -> sql::Result<()> {
    changed(transaction, "UPDATE device SET lease_serial = lease_serial + 1 WHERE id = ?1", [device])
}

/// Takes back all that is lent to a phone; what is kept for its records stays. Tells whose places are free now.
pub fn take_all_back(transaction: &Transaction, device: &str) -> sql::Result<BTreeSet<ProgrammeId>> {
    transaction
        .prepare_cached("DELETE FROM lease WHERE device_id = ?1 AND record_id IS NULL RETURNING programme")?
        .query_map([device], |row| parsed(&row.get::<_, String>(0)?))?
        .collect()
}

/// Pools with a lent place that has run out while somebody waits for one: the programme, and a village where somebody does.
pub fn waited_for(connection: &Connection, now: i64) -> sql::Result<Vec<(ProgrammeId, VillageCode)>> {
    connection
        .prepare_cached(
            "SELECT programme, waits FROM (
                SELECT pool.programme, (SELECT min(record.village) FROM record WHERE record.programme = pool.programme
                    AND (pool.village = '' OR record.village = pool.village) AND record.line IS NOT NULL) AS waits
                FROM (SELECT DISTINCT programme, village FROM lease WHERE record_id IS NULL AND expires_at <= ?1) AS pool
             ) AS waited WHERE waits IS NOT NULL",
        )?
        .query_map([now], |row| Ok((parsed(&row.get::<_, String>(0)?)?, parsed(&row.get::<_, String>(1)?)?)))?
        .collect()
}

/// The place that is kept for a record.
pub fn kept_for(connection: &Connection, record: RecordId) -> sql::Result<Option<u32>> {
    connection
        .prepare_cached("SELECT place FROM lease WHERE record_id = ?1")?
        .query_row([record.to_string()], |row| row.get(0))
        .optional()
}

/// Keeps no place for a record any more.
pub fn let_go(transaction: &Transaction, record: RecordId) -> sql::Result<()> {
    changed(transaction, "DELETE FROM lease WHERE record_id = ?1", [record.to_string()])
}

fn changed(transaction: &Transaction, sql: &str, values: impl Params) -> sql::Result<()> {
    transaction.prepare_cached(sql)?.execute(values).map(drop)
}
