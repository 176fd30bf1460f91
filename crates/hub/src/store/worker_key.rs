//! What opens a worker's card, as far as the hub knows it: hashes and printed numbers.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Row, Transaction, params};
use payung_domain::worker_key::ReceiptNumber;
use payung_domain::{RecordId, WorkerKeyHash};

/// Notes that a key opens a record's card. The first record that names it keeps it: a hash that is seen again somewhere else is a
/// copied one.
pub fn put(transaction: &Transaction, key: &WorkerKeyHash, record: RecordId, now: i64) -> sql::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO worker_key (hash, number, record_id, made_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (hash) DO NOTHING",
        )?
        .execute(params![key.to_string(), key.number().to_string(), record.to_string(), now])?;
    Ok(())
}

/// The record that a key opens.
pub fn by_hash(connection: &Connection, key: &WorkerKeyHash) -> sql::Result<Option<RecordId>> {
    connection
        .prepare_cached("SELECT record_id FROM worker_key WHERE hash = ?1")?
        .query_row([key.to_string()], |row| parsed(&row.get::<_, String>(0)?))
        .optional()
}

/// The record that a printed number names; the first, should two ever have the same.
pub fn by_number(connection: &Connection, number: ReceiptNumber) -> sql::Result<Option<RecordId>> {
    connection
        .prepare_cached("SELECT record_id FROM worker_key WHERE number = ?1 ORDER BY made_at, hash LIMIT 1")?
        .query_row([number.to_string()], |row| parsed(&row.get::<_, String>(0)?))
        .optional()
}

/// What the newest revision of a record says; of any record where none is meant, so that a number that does not exist takes as
/// long as one that does.
pub fn body_of(connection: &Connection, record: Option<RecordId>) -> sql::Result<Option<String>> {
    let id = record.map(|id| id.to_string()).unwrap_or_default();
    let text = |row: &Row| row.get::<_, String>(0);
    let of_it = connection
        .prepare_cached("SELECT body FROM revision WHERE record_id = ?1 ORDER BY revision DESC LIMIT 1")?
        .query_row([id], text)
        .optional()?;
    if of_it.is_some() {
        return Ok(of_it);
    }
    connection.prepare_cached("SELECT body FROM revision LIMIT 1")?.query_row([], text).optional()
}
