//! What can't be sealed yet lies under a key in a file beside it, as a wallet does: a phone's own key store will take its place.

use super::{LetterError, files};
use crate::env::Env;
use crate::key::StoreKey;
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A key and the file in which it lies.
pub(super) struct FileKey(PathBuf);

impl FileKey {
    /// Of letters whose office was not heard yet.
    pub(super) fn of_letters(folder: &Path) -> Self {
        Self(folder.join("key"))
    }

    /// Of the draft; it goes with it.
    pub(super) fn of_draft(folder: &Path) -> Self {
        Self(folder.join("draft-key"))
    }

    /// Hides bytes behind a fresh nonce of 24 bytes; the key is made when it is first needed.
    pub(super) fn lock(&self, env: &Env, plain: &[u8]) -> Result<Vec<u8>, LetterError> {
        let key = match self.read()? {
            Some(key) => key,
            None => {
                let key = Zeroizing::new(env.random()?);
                files::write(&self.0, key.as_slice())?;
                key
            }
        };
        let nonce: [u8; 24] = env.random()?;
        let cipher = XChaCha20Poly1305::new(key.as_slice().into());
        let hidden = cipher.encrypt(XNonce::from_slice(&nonce), plain).map_err(|_| LetterError::Damaged)?;
        Ok([nonce.as_slice(), &hidden].concat())
    }

    /// What [`FileKey::lock`] has hidden.
    pub(super) fn open(&self, content: &[u8]) -> Result<Zeroizing<Vec<u8>>, LetterError> {
        let key = self.read()?.ok_or(LetterError::Damaged)?;
        let (nonce, hidden) = content.split_first_chunk::<24>().ok_or(LetterError::Damaged)?;
        let cipher = XChaCha20Poly1305::new(key.as_slice().into());
        cipher.decrypt(XNonce::from_slice(nonce), hidden).map(Zeroizing::new).map_err(|_| LetterError::Damaged)
    }

    /// Throws the key away.
    pub(super) fn remove(&self) -> Result<(), LetterError> {
        files::remove(&self.0)
    }

    fn read(&self) -> Result<Option<StoreKey>, LetterError> {
        let Some(bytes) = files::read(&self.0)?.map(Zeroizing::new) else { return Ok(None) };
        Ok(Some(Zeroizing::new(bytes.as_slice().try_into().map_err(|_| LetterError::Damaged)?)))
    }
}
