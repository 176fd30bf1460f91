//! Passwords of the office: which are taken, and how they are kept.

use crate::context::Context;
use crate::error::HubError;
use crate::pairing::ALPHABET;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Argon2, Params};
use std::collections::HashSet;

/// Characters of the shortest password.
pub const SHORTEST: usize = 10;
/// A longer one would only cost time.
pub const LONGEST: usize = 200;
/// Fewer different characters than this are a pattern and no password.
const FEWEST_DIFFERENT: usize = 5;

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Too short or too long.
    #[error("a password has {SHORTEST} to {LONGEST} characters")]
    Length,
    /// The name, or a few characters again and again.
    #[error("choose a password that is neither the name nor a few characters again and again")]
    Easy,
}

/// Looks at a password before it is kept.
pub fn judge(password: &str, name: &str) -> Result<(), Weak> {
    if !(SHORTEST..=LONGEST).contains(&password.chars().count()) {
        return Err(Weak::Length);
    }
    let different: HashSet<char> = password.chars().collect();
    if different.len() < FEWEST_DIFFERENT || password.eq_ignore_ascii_case(name) {
        return Err(Weak::Easy);
    }
    Ok(())
}

/// 19 MiB and two passes: OWASP's first choice, and the crate's default, of argon2id.
pub fn hash(password: &str, salt: &[u8]) -> Result<String, HubError> {
    let failed = |_| HubError::Corrupt("a password hash");
    let salt = SaltString::encode_b64(salt).map_err(failed)?;
    let argon2 = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, Params::DEFAULT);
    Ok(argon2.hash_password(password.as_bytes(), &salt).map_err(failed)?.to_string())
}

/// Whether this is the password of a hash.
pub fn is_right(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// A password to begin with, `abcd-efgh-jkmn`: sixty bits, easy to read out, to be replaced at the first sign-in.
pub fn invented(context: &Context) -> Result<String, HubError> {
    let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte % 32)]).to_ascii_lowercase();
    let letters: Vec<char> = context.random::<12>()?.iter().map(letter).collect();
    Ok(letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_easy_passwords_are_not_taken() {
        assert_eq!(judge("pendek", "sari"), Err(Weak::Length));
        assert_eq!(judge(&"x".repeat(LONGEST + 1), "sari"), Err(Weak::Length));
        assert_eq!(judge("1212121212", "sari"), Err(Weak::Easy));
        assert_eq!(judge("Sari.Kantor", "sari.kantor"), Err(Weak::Easy));
        assert_eq!(judge("benar-sekali", "sari"), Ok(()));
    }
}
