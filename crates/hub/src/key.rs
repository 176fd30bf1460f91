//! The hub's Ed25519 key: phones pin it at pairing and believe no answer without its signature.

use crate::context::Context;
use crate::error::HubError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use payung_domain::wire::signed_bytes;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// The key that signs answers.
pub struct HubKey(SigningKey);

impl HubKey {
    /// Reads the key, or makes it at the first start. Without this file every phone must be paired again: back it up.
    /// A hub that has phones makes none: they pinned another one, and would believe nothing that this one signs.
    pub fn open(path: &Path, context: &Context, has_phones: bool) -> Result<Self, HubError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).ok_or(HubError::Corrupt("hub.key")),
            Err(error) if error.kind() == ErrorKind::NotFound && has_phones => Err(HubError::KeyMissing),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::make(path, context),
            Err(error) => Err(error.into()),
        }
    }

    /// The key that a file's text stands for: 64 hex digits.
    pub fn parse(text: &str) -> Option<Self> {
        let mut seed = [0; 32];
        hex::decode_to_slice(text.trim(), &mut seed).ok()?;
        Some(Self(SigningKey::from_bytes(&seed)))
    }

    fn make(path: &Path, context: &Context) -> Result<Self, HubError> {
        let seed = context.random::<32>()?;
        // Beside its place first: a half-written key would lock every phone out.
        let draft = path.with_extension(format!("key.{}", hex::encode(context.random::<4>()?)));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        file.write_all(hex::encode(seed).as_bytes())?;
        file.sync_all()?;
        // Another process may begin at this moment in the same folder: the first key is the key.
        match std::fs::hard_link(&draft, path) {
            Ok(()) => std::fs::remove_file(&draft)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                std::fs::remove_file(&draft)?;
                let text = std::fs::read_to_string(path)?;
                return Self::parse(&text).ok_or(HubError::Corrupt("hub.key"));
            }
            // a disk that knows no links
            Err(_) => std::fs::rename(&draft, path)?,
        }
        if let Some(folder) = path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// The public half, 64 hex digits.
    pub fn public_hex(&self) -> String {
        hex::encode(self.0.verifying_key().as_bytes())
    }

    /// The public half.
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The signature under a worker's card, over COSE's own framing of it: no answer to a phone begins like that.
    pub fn sign_card(&self, framed: &[u8]) -> [u8; 64] {
        self.0.sign(framed).to_bytes()
    }

    /// A secret that only this hub can make, the same for the same bytes: a hash of a signature that is never sent.
    pub fn secret_for(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(self.0.sign(&signed_bytes(purpose, bytes)).to_bytes()).into()
    }

    /// What was sealed to this hub: with the public key's Montgomery form, as libsodium does it.
    pub fn open_sealed(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        crypto_box::SecretKey::from(self.0.to_scalar_bytes()).unseal(sealed).ok()
    }

    /// The signature over an answer, in base64.
    pub fn sign(&self, path: &str, body: &[u8]) -> String {
        STANDARD.encode(self.0.sign(&signed_bytes(path, body)).to_bytes())
    }
}
