//! KPJ, BPJS Ketenagakerjaan's number for a membership: eleven of `0-9A-Z`. It is no secret and opens nothing.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Characters of a number.
const LENGTH: usize = 11;

/// A membership's number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kpj([u8; LENGTH]);

/// A text that is no KPJ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a KPJ has eleven digits and capital letters")]
pub struct NoKpj;

impl FromStr for Kpj {
    type Err = NoKpj;

    fn from_str(text: &str) -> Result<Self, NoKpj> {
        let bytes: [u8; LENGTH] = text.as_bytes().try_into().map_err(|_| NoKpj)?;
        bytes.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()).then_some(Self(bytes)).ok_or(NoKpj)
    }
}

impl fmt::Display for Kpj {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for Kpj {
    /// It names a person, and stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kpj")
    }
}

impl TryFrom<String> for Kpj {
    type Error = NoKpj;
    fn try_from(text: String) -> Result<Self, NoKpj> {
        text.parse()
    }
}

impl From<Kpj> for String {
    fn from(kpj: Kpj) -> Self {
        kpj.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn it_has_eleven_digits_and_capital_letters() {
        for good in ["99000000001", "0A1B2C3D4E5"] {
            let kpj: Kpj = good.parse().unwrap();
            assert_eq!((kpj.to_string(), format!("{kpj:?}")), (good.to_owned(), "Kpj".to_owned()));
        }
        for bad in ["", "9900000000", "990000000012", "9900000000a", "9900000000 ", "9900000000é"] {
            assert_eq!(bad.parse::<Kpj>(), Err(NoKpj), "{bad}");
        }
    }
}
