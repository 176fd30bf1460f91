//! Names that machines give: of a record and of a photo.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The text is not the hexadecimal form of an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of {expected} hexadecimal digits")]
pub struct IdError {
    /// How many digits there should be.
    pub expected: usize,
}

macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// From its raw bytes.
            pub fn from_bytes(bytes: [u8; $bytes]) -> Self {
                Self(bytes)
            }
            /// Its raw bytes.
            pub fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let mut bytes = [0; $bytes];
                hex::decode_to_slice(text, &mut bytes).map_err(|_| IdError { expected: $bytes * 2 })?;
                Ok(Self(bytes))
            }
        }
        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
    };
}

hex_id!(
    /// One person's enrolment, from the first key press on: 16 random bytes that the phone draws, 32 hex digits as text.
    RecordId,
    16
);
hex_id!(
    /// The SHA-256 of a photo's bytes as they are stored and sent, 64 hex digits as text.
    PhotoHash,
    32
);
hex_id!(
    /// The SHA-256 of what was sent, an enrolment's JSON or a sealed parcel, byte for byte; 64 hex digits as text.
    ContentHash,
    32
);
hex_id!(
    /// One report of an irregularity: 16 random bytes that the phone draws, 32 hex digits as text.
    IrregularityId,
    16
);

impl IrregularityId {
    /// As people note it down and ask for it: the first eight digits, `7F3A-91C2`.
    pub fn short(&self) -> String {
        let text = hex::encode_upper(&self.0[..4]);
        format!("{}-{}", &text[..4], &text[4..])
    }
}

impl PhotoHash {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl ContentHash {
    /// Of these bytes.
    pub fn of(sent: impl AsRef<[u8]>) -> Self {
        Self(Sha256::digest(sent.as_ref()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_survives_its_text() {
        let id = RecordId::from_bytes([7; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("xy".parse::<RecordId>(), Err(IdError { expected: 32 }));
    }
}
