//! What only the hub can open: libsodium's sealed box to the Montgomery form of its Ed25519 key.

use crate::env::Env;
use crate::pairing::verifying_key;
use crypto_box::aead::rand_core::{CryptoRng, Error, RngCore};

/// Nothing could be sealed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealError {
    /// The system gives no random numbers.
    #[error("no random numbers: {0}")]
    Entropy(std::io::Error),
    /// The hub's key is none.
    #[error("the hub's key is not a key")]
    Key,
}

/// Seals bytes to the hub with this public key, in hex.
pub(crate) fn seal(env: &Env, hub_key: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut drawn = Drawn(env.random().map_err(SealError::Entropy)?);
    let key = verifying_key(hub_key).ok_or(SealError::Key)?;
    let key = crypto_box::PublicKey::from(key.to_montgomery().to_bytes());
    key.seal(&mut drawn, plain).map_err(|_| SealError::Entropy(std::io::Error::other("nothing could be sealed")))
}

/// Random bytes that were drawn before, for a library that wants to draw them itself: the one key of a sealed box.
struct Drawn([u8; 32]);

impl RngCore for Drawn {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }
    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for (byte, drawn) in bytes.iter_mut().zip(self.0) {
            *byte = drawn;
        }
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        // more than was drawn would not be random
        if bytes.len() > self.0.len() {
            return Err(Error::from(std::num::NonZeroU32::MIN));
        }
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Drawn {}
