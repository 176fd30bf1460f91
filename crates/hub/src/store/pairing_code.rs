//! Pairing codes, of which only hashes are kept.

use super::parsed;
use payung_domain::region::VillageCode;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

/// A code as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairingCode {
    /// SHA-256 of the code, in hex.
    pub hash: String,
    /// Where the phone will enrol.
    pub village: VillageCode,
    /// Whose phone it will be; may be empty.
    pub kader_name: String,
    /// Unix milliseconds.
    pub expires_at: i64,
    /// A phone has used it.
    pub is_used: bool,
}

/// Adds a code.
pub fn add(transaction: &Transaction, code: &PairingCode, made_by: &str, now: i64) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO pairing_code (hash, village, kader_name, made_at, made_by, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![code.hash, code.village.to_string(), code.kader_name, now, made_by, code.expires_at],
    )?;
    Ok(())
}

/// The code with this hash.
pub fn get(connection: &Connection, hash: &str) -> rusqlite::Result<Option<PairingCode>> {
    connection
        .query_row(
            "SELECT hash, village, kader_name, expires_at, used_at IS NOT NULL FROM pairing_code WHERE hash = ?1",
            [hash],
            |row| {
                Ok(PairingCode {
                    hash: row.get(0)?,
                    village: parsed(&row.get::<_, String>(1)?)?,
                    kader_name: row.get(2)?,
                    expires_at: row.get(3)?,
                    is_used: row.get(4)?,
                })
            },
        )
        .optional()
}

/// Notes which phone used a code.
pub fn used(transaction: &Transaction, hash: &str, device_id: &str, now: i64) -> rusqlite::Result<()> {
    transaction.execute(
        "UPDATE pairing_code SET used_at = ?2, device_id = ?3 WHERE hash = ?1",
        params![hash, now, device_id],
    )?;
    Ok(())
}
