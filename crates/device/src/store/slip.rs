//! What the receipts at the door need: the worker's keys, and the phone's own.

use super::record::Stored;
use super::{Result, setting};
use crate::env::Env;
use crate::phone_key::PhoneKey;
use payung_domain::{Enrolment, WorkerKey, WorkerKeyHash, day_of};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// The key that was drawn here for a record.
pub(crate) fn worker_key(db: &Connection, record_number: i64) -> Result<Option<WorkerKey>> {
    let sql = "SELECT worker_key FROM record WHERE number = ?1";
    let text: String = db.prepare_cached(sql)?.query_row([record_number], |row| row.get(0))?;
    Ok(WorkerKey::try_from(text).ok())
}

/// What a revision that is being saved says of the worker's key: the one of the first save stays. `fresh` becomes the key where the
/// record has none, here or on the kader's other phone.
pub(crate) fn settle_key(tx: &Transaction, stored: &Stored, fresh: WorkerKey) -> Result<WorkerKeyHash> {
    if let Some(key) = worker_key(tx, stored.number)? {
        return Ok(key.hash());
    }
    let sql = "SELECT enrolment FROM theirs WHERE record_number = ?1";
    let theirs = tx.query_row(sql, [stored.number], |row| row.get::<_, String>(0)).optional()?;
    for text in [&stored.enrolment, &theirs].into_iter().flatten() {
        if let Some(hash) = serde_json::from_str::<Enrolment>(text)?.worker_key {
            return Ok(hash);
        }
    }
    let hash = fresh.hash();
    tx.execute("UPDATE record SET worker_key = ?2 WHERE number = ?1", params![stored.number, String::from(fresh)])?;
    Ok(hash)
}

/// The public half of the phone's key, where it is to be certified. A phone of before makes its key here.
pub(crate) fn key_to_certify(tx: &Transaction, env: &Env) -> Result<Option<String>> {
    let Some(pairing) = setting::pairing(tx)? else { return Ok(None) };
    let key = match setting::get(tx, setting::PHONE_KEY)? {
        Some(key) => key,
        None => {
            // without random numbers there is no sync either
            let Ok(key) = PhoneKey::made(env) else { return Ok(None) };
            setting::set(tx, setting::PHONE_KEY, &key)?;
            key
        }
    };
    let today = day_of(setting::hub_time(tx, env.clock.now())?);
    Ok(key.wants_certificate(&pairing.hub_key, today).then(|| key.public()))
}

/// Takes the hub's certificate of the phone's key.
pub(crate) fn take_certificate(tx: &Transaction, certificate: &str) -> Result<()> {
    let (Some(pairing), Some(mut key)) = (setting::pairing(tx)?, setting::get::<PhoneKey>(tx, setting::PHONE_KEY)?)
    else {
        return Ok(());
    };
    key.certify(certificate, &pairing.hub_key);
    setting::set(tx, setting::PHONE_KEY, &key)
}
