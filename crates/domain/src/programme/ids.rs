//! The names that a programme gives to itself and to what it lists.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of a programme for machines: 1 to 64 of `a-z`, `0-9` and `_`, such as `blora_2025`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProgrammeId(String);

/// The text is not a programme's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 64 of a-z, 0-9 and _")]
pub struct ProgrammeIdError;

impl ProgrammeId {
    /// Reads an id.
    pub fn parse(text: &str) -> Result<Self, ProgrammeIdError> {
        if is_slug(text) { Ok(Self(text.to_owned())) } else { Err(ProgrammeIdError) }
    }
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl std::str::FromStr for ProgrammeId {
    type Err = ProgrammeIdError;
    fn from_str(text: &str) -> Result<Self, ProgrammeIdError> {
        Self::parse(text)
    }
}
impl TryFrom<String> for ProgrammeId {
    type Error = ProgrammeIdError;
    fn try_from(text: String) -> Result<Self, ProgrammeIdError> {
        Self::parse(&text)
    }
}
impl From<ProgrammeId> for String {
    fn from(id: ProgrammeId) -> String {
        id.0
    }
}
impl fmt::Display for ProgrammeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether the text is 1 to 64 of `a-z`, `0-9` and `_`.
pub(super) fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);
        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}
text_id!(
    /// The name of an occupation for machines, such as `buruh_tani`.
    OccupationId
);
text_id!(
    /// The name of an incentive role for machines, such as `ketua_rt_rw`.
    RoleId
);
text_id!(
    /// The name of a source list for machines, such as `p3ke`.
    SourceId
);
