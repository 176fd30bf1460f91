//! Pairing codes, of which only hashes are kept.

use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Transaction, params};
use payung_domain::region::VillageCode;

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
    /// The call that used it; nothing as long as no phone has.
    pub used: Option<Used>,
}

/// The call that used a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// The phone that it became.
    pub device_id: String,
    /// SHA-256 of its nonce, in hex.
    pub nonce_hash: String,
    /// Unix milliseconds.
    pub at: i64,
}

/// Adds a code.
pub fn add(transaction: &Transaction, code: &PairingCode, made_by: &str, now: i64) -> sql::Result<()> {
    transaction.execute(
        "INSERT INTO pairing_code (hash, village, kader_name, made_at, made_by, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![code.hash, code.village.to_string(), code.kader_name, now, made_by, code.expires_at],
    )?;
    Ok(())
}

/// The code with this hash.
pub fn get(connection: &Connection, hash: &str) -> sql::Result<Option<PairingCode>> {
    connection
        .query_row(
            "SELECT hash, village, kader_name, expires_at, used_at, device_id, nonce_hash FROM pairing_code WHERE hash = ?1",
            [hash],
            |row| {
                let used = match row.get(4)? {
                    Some(at) => Some(Used { at, device_id: row.get(5)?, nonce_hash: row.get(6)? }),
                    None => None,
                };
                Ok(PairingCode {
                    hash: row.get(0)?,
                    village: parsed(&row.get::<_, String>(1)?)?,
                    kader_name: row.get(2)?,
                    expires_at: row.get(3)?,
                    used,
                })
            },
        )
        .optional()
}

/// Notes which call used a code.
pub fn use_up(transaction: &Transaction, hash: &str, used: &Used) -> sql::Result<()> {
    transaction.execute(
        "UPDATE pairing_code SET used_at = ?2, device_id = ?3, nonce_hash = ?4 WHERE hash = ?1",
        params![hash, used.at, used.device_id, used.nonce_hash],
    )?;
    Ok(())
}
