//! The Kemendagri codes of the four levels.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The text is not a region's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionCodeError {
    /// Not the digits, or not the dots, of this level.
    #[error("not a code such as {example}")]
    Shape {
        /// A code of the level that was expected.
        example: &'static str,
    },
    /// The fourth block starts neither with 1 (kelurahan), 2 (desa) nor 3 (desa adat).
    #[error("the last block of a village's code starts with 1, 2 or 3")]
    VillageKind,
}

/// What a village is in law; the first digit of its code's last block tells (Kemendagri).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VillageKind {
    /// A self-governing village, digit 2.
    Desa,
    /// A city ward under the district head, digit 1.
    Kelurahan,
    /// A customary village, digit 3.
    DesaAdat,
}

/// The number in `text`, which is all digits or has a dot after every block but the last.
fn packed(text: &str, blocks: &[usize], example: &'static str) -> Result<u64, RegionCodeError> {
    let shape = RegionCodeError::Shape { example };
    let digits: usize = blocks.iter().sum();
    let dotted = text.len() == digits + blocks.len() - 1 && blocks.len() > 1;
    if !dotted && text.len() != digits {
        return Err(shape);
    }
    let mut rest = text.bytes();
    let mut number = 0;
    for (index, &block) in blocks.iter().enumerate() {
        if dotted && index > 0 && rest.next() != Some(b'.') {
            return Err(shape);
        }
        for _ in 0..block {
            match rest.next() {
                Some(digit @ b'0'..=b'9') => number = number * 10 + u64::from(digit - b'0'),
                _ => return Err(shape),
            }
        }
    }
    Ok(number)
}

macro_rules! region_code {
    ($(#[$doc:meta])* $name:ident($number:ty), $blocks:expr, $example:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name($number);

        impl $name {
            /// Reads a code with or without its dots; nothing else may stand around it.
            pub fn parse(text: &str) -> Result<Self, RegionCodeError> {
                let number = packed(text, &$blocks, $example)?;
                // the digits of the level always fit its number
                let number = <$number>::try_from(number).map_err(|_| RegionCodeError::Shape { example: $example })?;
                Self(number).checked()
            }
        }
        impl FromStr for $name {
            type Err = RegionCodeError;
            fn from_str(text: &str) -> Result<Self, RegionCodeError> {
                Self::parse(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = RegionCodeError;
            fn try_from(text: String) -> Result<Self, RegionCodeError> {
                Self::parse(&text)
            }
        }
        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.to_string()
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

region_code!(
    /// A province: `35`.
    ProvinceCode(u8),
    [2],
    "35"
);
region_code!(
    /// A regency or city: `35.22`.
    RegencyCode(u16),
    [2, 2],
    "35.22"
);
region_code!(
    /// A district: `35.22.28`. It need not exist today: a NIK holds the district of first registration.
    DistrictCode(u32),
    [2, 2, 2],
    "35.22.28"
);
region_code!(
    /// A village: `35.22.28.2004`. Ten digits, beyond 32 bits from province 43 on, so from Bali eastwards and in all Kalimantan.
    VillageCode(u64),
    [2, 2, 2, 4],
    "35.22.28.2004"
);

impl ProvinceCode {
    /// From its number, 0 to 99; of a larger one the last two digits.
    pub const fn from_number(number: u8) -> Self {
        Self(number % 100)
    }
    /// Its number, 0 to 99.
    pub const fn number(self) -> u8 {
        self.0
    }
    fn checked(self) -> Result<Self, RegionCodeError> {
        Ok(self)
    }
}

impl RegencyCode {
    /// From its two blocks, each 0 to 99; of a larger one the last two digits.
    pub const fn from_blocks(province: u8, regency: u8) -> Self {
        Self((province % 100) as u16 * 100 + (regency % 100) as u16)
    }
    /// The province that it lies in.
    pub const fn province(self) -> ProvinceCode {
        ProvinceCode((self.0 / 100) as u8)
    }
    fn checked(self) -> Result<Self, RegionCodeError> {
        Ok(self)
    }
}

impl DistrictCode {
    /// From its regency and last block, 0 to 99; of a larger one the last two digits.
    pub const fn new(regency: RegencyCode, district: u8) -> Self {
        Self(regency.0 as u32 * 100 + (district % 100) as u32)
    }
    /// From its three blocks, each 0 to 99; of a larger one the last two digits.
    pub const fn from_blocks(province: u8, regency: u8, district: u8) -> Self {
        Self::new(RegencyCode::from_blocks(province, regency), district)
    }
    /// The regency or city that it lies in.
    pub const fn regency(self) -> RegencyCode {
        RegencyCode((self.0 / 100) as u16)
    }
    /// The province that it lies in.
    pub const fn province(self) -> ProvinceCode {
        self.regency().province()
    }
    fn checked(self) -> Result<Self, RegionCodeError> {
        Ok(self)
    }
}

impl VillageCode {
    /// From its district and last block, 1000 to 3999.
    pub fn new(district: DistrictCode, number: u16) -> Result<Self, RegionCodeError> {
        if number > 9999 {
            return Err(RegionCodeError::VillageKind);
        }
        Self(u64::from(district.0) * 10_000 + u64::from(number)).checked()
    }
    /// Its last block, 1000 to 3999.
    pub const fn number(self) -> u16 {
        (self.0 % 10_000) as u16
    }
    /// The district that it lies in.
    pub const fn district(self) -> DistrictCode {
        DistrictCode((self.0 / 10_000) as u32)
    }
    /// The regency or city that it lies in.
    pub const fn regency(self) -> RegencyCode {
        self.district().regency()
    }
    /// The province that it lies in.
    pub const fn province(self) -> ProvinceCode {
        self.district().province()
    }
    /// What it is in law.
    pub const fn kind(self) -> VillageKind {
        match self.number() / 1000 {
            1 => VillageKind::Kelurahan,
            3 => VillageKind::DesaAdat,
            // every way to make a code refuses digits other than 1, 2 and 3
            _ => VillageKind::Desa,
        }
    }
    fn checked(self) -> Result<Self, RegionCodeError> {
        if (1..=3).contains(&(self.number() / 1000)) { Ok(self) } else { Err(RegionCodeError::VillageKind) }
    }
}

impl fmt::Display for ProvinceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}
impl fmt::Display for RegencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.province(), self.0 % 100)
    }
}
impl fmt::Display for DistrictCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.regency(), self.0 % 100)
    }
}
impl fmt::Display for VillageCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:04}", self.district(), self.number())
    }
}
