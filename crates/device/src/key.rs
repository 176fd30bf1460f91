//! The key of the store: 32 random bytes, wrapped by the kader's PIN.
//!
//! Argon2id makes the wrapping key of the PIN, XChaCha20-Poly1305 wraps. The file `key.json` holds salt, cost, the
//! wrapped key and the count of wrong tries; a try is counted on disk before it is judged. A phone's own key store will
//! join at [`wrapping_key`] as Argon2's secret input, so that the file alone is worth nothing.

use crate::env::Env;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::path::Path;
use zeroize::Zeroizing;

/// The database key.
pub(crate) type StoreKey = Zeroizing<[u8; 32]>;

/// The kader's PIN: six digits or more.
#[derive(Clone)]
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// The fewest digits.
    pub const SHORTEST: usize = 6;

    /// Takes six or more digits; nothing else is a PIN.
    pub fn parse(text: &str) -> Option<Self> {
        let is_pin = text.len() >= Self::SHORTEST && text.len() <= 32 && text.bytes().all(|b| b.is_ascii_digit());
        is_pin.then(|| Self(Zeroizing::new(text.to_owned())))
    }
}

/// How much work one try costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCost {
    /// Argon2's memory in KiB.
    pub memory_kib: u32,
    /// Argon2's passes.
    pub passes: u32,
}

impl KeyCost {
    /// For phones with 2 GB: 64 MiB and three passes (RFC 9106, second recommended option).
    pub const PHONE: Self = Self { memory_kib: 64 * 1024, passes: 3 };
}

/// The key could not be made, read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key file is missing, unreadable or damaged.
    #[error("key file: {0}")]
    File(#[from] std::io::Error),
    /// The key file's text is damaged.
    #[error("key file: {0}")]
    Text(#[from] serde_json::Error),
    /// The cipher or the key derivation refused its input.
    #[error("key file: bad {0}")]
    Content(&'static str),
}

/// Why the store stays closed.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// Another PIN opens it.
    #[error("wrong PIN")]
    WrongPin {
        /// From then on another try is taken; nothing when it may follow at once.
        wait_until: Option<Timestamp>,
    },
    /// Too many wrong tries: the PIN was not looked at.
    #[error("too many wrong PINs; wait")]
    Wait {
        /// From then on a try is taken.
        until: Timestamp,
    },
    /// The key file is damaged.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database is damaged or belongs to a newer app.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

/// `key.json`.
#[derive(Serialize, Deserialize)]
struct KeyFile {
    version: u32,
    cost: KeyCost,
    salt: String,
    nonce: String,
    wrapped: String,
    wrong_tries: u32,
    last_wrong_at: Option<Timestamp>,
}

const NAME: &str = "key.json";
const VERSION: u32 = 1;
/// Tries that cost no wait: a thumb slips.
const FREE_TRIES: u32 = 4;

/// Seconds to wait after so many wrong tries: 30 s, then twice as long each time, an hour at most.
fn wait_seconds(wrong_tries: u32) -> i64 {
    match wrong_tries.saturating_sub(FREE_TRIES) {
        0 => 0,
        more => (30 << (more - 1).min(7)).min(3600),
    }
}

impl KeyFile {
    fn read(folder: &Path) -> Result<Self, KeyError> {
        Ok(serde_json::from_slice(&std::fs::read(folder.join(NAME))?)?)
    }

    /// Replaces the file as a whole, so that a crash leaves the old one or the new one.
    fn write(&self, folder: &Path) -> Result<(), KeyError> {
        let fresh = folder.join("key.json.new");
        let file = std::fs::File::create(&fresh)?;
        serde_json::to_writer(&file, self)?;
        file.sync_all()?;
        std::fs::rename(&fresh, folder.join(NAME))?;
        Ok(std::fs::File::open(folder)?.sync_all()?)
    }

    /// When the next try is taken.
    fn wait_until(&self, now: Timestamp) -> Option<Timestamp> {
        let since = self.last_wrong_at?.min(now);
        let until = since.checked_add(SignedDuration::from_secs(wait_seconds(self.wrong_tries))).ok()?;
        (until > now).then_some(until)
    }
}

/// Whether a key was made in this folder.
pub(crate) fn exists(folder: &Path) -> bool {
    folder.join(NAME).exists()
}

/// Until when no PIN is taken.
pub(crate) fn waits_until(folder: &Path, now: Timestamp) -> Option<Timestamp> {
    KeyFile::read(folder).ok()?.wait_until(now)
}

/// Makes a key, wraps it with the PIN and writes the file.
pub(crate) fn make(folder: &Path, pin: &Pin, env: &Env) -> Result<StoreKey, KeyError> {
    let key: StoreKey = Zeroizing::new(env.random()?);
    let (salt, nonce) = (env.random::<16>()?, env.random::<24>()?);
    let wrapped = cipher(pin, &salt, env.key_cost)?
        .encrypt(XNonce::from_slice(&nonce), key.as_slice())
        .map_err(|_| KeyError::Content("key"))?;
    KeyFile {
        version: VERSION,
        cost: env.key_cost,
        salt: STANDARD.encode(salt),
        nonce: STANDARD.encode(nonce),
        wrapped: STANDARD.encode(wrapped),
        wrong_tries: 0,
        last_wrong_at: None,
    }
    .write(folder)?;
    Ok(key)
}

/// Opens the file with the PIN. The try is written down before it is judged: pulling the battery gains nothing.
pub(crate) fn unwrap(folder: &Path, pin: &Pin, now: Timestamp) -> Result<StoreKey, UnlockError> {
    let mut file = KeyFile::read(folder)?;
    if file.version != VERSION {
        return Err(KeyError::Content("version").into());
    }
    if file.last_wrong_at.is_some_and(|at| at > now) {
        // the clock was put right since: the wait runs from now on, or it would never end
        file.last_wrong_at = Some(now);
        file.write(folder)?;
    }
    if let Some(until) = file.wait_until(now) {
        return Err(UnlockError::Wait { until });
    }
    let bytes = |text: &str, what| STANDARD.decode(text).map_err(|_| KeyError::Content(what));
    let (salt, nonce, wrapped) =
        (bytes(&file.salt, "salt")?, bytes(&file.nonce, "nonce")?, bytes(&file.wrapped, "key")?);
    if nonce.len() != 24 {
        return Err(KeyError::Content("nonce").into());
    }
    file.wrong_tries = file.wrong_tries.saturating_add(1);
    file.last_wrong_at = Some(now);
    file.write(folder)?;
    let opened = cipher(pin, &salt, file.cost)?.decrypt(XNonce::from_slice(&nonce), wrapped.as_slice());
    let Ok(opened) = opened.map(Zeroizing::new) else {
        return Err(UnlockError::WrongPin { wait_until: file.wait_until(now) });
    };
    file.wrong_tries = 0;
    file.last_wrong_at = None;
    file.write(folder)?;
    let key = opened.as_slice().try_into().map_err(|_| KeyError::Content("key"))?;
    Ok(Zeroizing::new(key))
}

fn cipher(pin: &Pin, salt: &[u8], cost: KeyCost) -> Result<XChaCha20Poly1305, KeyError> {
    Ok(XChaCha20Poly1305::new(wrapping_key(pin, salt, cost)?.as_slice().into()))
}

fn wrapping_key(pin: &Pin, salt: &[u8], cost: KeyCost) -> Result<StoreKey, KeyError> {
    let bad = |_| KeyError::Content("cost");
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(bad)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(pin.0.as_bytes(), salt, key.as_mut_slice())
        .map_err(bad)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_after_the_fourth_slip_and_stop_at_an_hour() {
        let waits: Vec<i64> = (0..14).map(wait_seconds).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    }

    #[test]
    fn a_pin_is_six_digits_or_more() {
        assert!(Pin::parse("123456").is_some());
        for text in ["", "12345", "12345a", "١٢٣٤٥٦"] {
            assert!(Pin::parse(text).is_none(), "{text}");
        }
    }
}
