//! The worker's membership card: what a regency's office says about one person's cover, signed, in one QR code that anybody's Payung
//! checks without a signal.
//!
//! The format is published, so that others can check it too: a CWT (RFC 8392) in COSE_Sign1 (RFC 9052) with Ed25519, packed as
//! MOSIP's ID Claim 169 has it (zlib, then base45, RFC 9285). The claims:
//!
//! | claim | what |
//! | --- | --- |
//! | 1 `iss` | the office, as a person calls it |
//! | 4 `exp`, 5 `nbf` | the first second after the last day, the first second of the first day, in West Indonesian Time |
//! | 6 `iat` | when it was signed |
//! | 7 `cti` | the card's number, 8 bytes; a list of ended cards names it |
//! | 169 | 1 KPJ, 2 `"1"`, 3 `"ind"`, 4 name, 100 masked NIK, 101 programme, 102 covers |

mod seal;

pub use crate::cose::Unsealable;
pub(crate) use seal::is_card;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a card says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Names this card and no other.
    pub number: CardNumber,
    /// The office that signed it, as a person calls it.
    pub issuer: String,
    /// The person, as on the KTP.
    pub name: String,
    /// `352228••••••9999`: a card may be photographed by anybody.
    pub masked_nik: String,
    /// BPJS's number for the membership.
    pub kpj: String,
    /// The programme's name, as a person calls it.
    pub programme: String,
    /// What is covered, by BPJS's abbreviations: JKK, JKM.
    pub covers: Vec<String>,
    /// First day of cover.
    pub from: Date,
    /// Last day of cover.
    pub until: Date,
    /// When it was signed; whole seconds.
    pub issued_at: Timestamp,
}

/// Names one card: 8 random bytes, 16 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardNumber([u8; 8]);

impl CardNumber {
    /// The number of these bytes.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// A text that is no card's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a card's number has 16 hex digits")]
pub struct NoCardNumber;

impl TryFrom<String> for CardNumber {
    type Error = NoCardNumber;

    fn try_from(text: String) -> Result<Self, NoCardNumber> {
        let mut bytes = [0; 8];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NoCardNumber)?;
        Ok(Self(bytes))
    }
}

impl From<CardNumber> for String {
    fn from(number: CardNumber) -> Self {
        number.to_string()
    }
}

/// Whose cards are believed: an office's name and its Ed25519 key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// As this phone knows it; a card's own claim may say anything.
    pub name: String,
    /// The public key, 32 bytes.
    pub key: [u8; 32],
}

/// Whether a card that is genuine holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardStanding {
    /// The person is covered today.
    Valid,
    /// The cover has not begun.
    NotYet,
    /// The last day of cover has passed.
    Expired,
    /// The office has ended it before its last day.
    Ended,
}

impl CardStanding {
    /// On a day, by the card's first and last one.
    pub fn on(today: Date, (from, until): (Date, Date), is_ended: bool) -> Self {
        match () {
            () if is_ended => Self::Ended,
            () if today < from => Self::NotYet,
            () if today > until => Self::Expired,
            () => Self::Valid,
        }
    }
}

/// What a code turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// The person is covered today.
    Valid(Card),
    /// The cover has not begun.
    NotYet(Card),
    /// The last day of cover has passed.
    Expired(Card),
    /// The office has ended it before its last day.
    Ended(Card),
    /// Nothing that it says is proven.
    Refused(Refusal),
}

/// Why a code proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It looks like a card, of an office whose key is not known here.
    UnknownIssuer {
        /// What it calls its office.
        claimed: String,
    },
    /// It names an office that is known, which has not signed this.
    NotGenuine,
    /// The code is something else.
    NoCard,
}

impl Card {
    /// The code's text. `sign` is the office's key: the 64 bytes of its Ed25519 signature over what it is given; `key` is the public half.
    pub fn sealed(&self, key: &[u8; 32], sign: impl FnOnce(&[u8]) -> [u8; 64]) -> Result<String, Unsealable> {
        seal::sealed(self, key, sign)
    }

    /// Checks a code's text, on this day, against the offices that are known and the cards that were ended.
    pub fn check(text: &str, issuers: &[Issuer], is_ended: impl FnOnce(CardNumber) -> bool, today: Date) -> Checked {
        let card = match seal::opened(text, issuers) {
            Ok(card) => card,
            Err(refusal) => return Checked::Refused(refusal),
        };
        match CardStanding::on(today, (card.from, card.until), is_ended(card.number)) {
            CardStanding::Valid => Checked::Valid(card),
            CardStanding::NotYet => Checked::NotYet(card),
            CardStanding::Expired => Checked::Expired(card),
            CardStanding::Ended => Checked::Ended(card),
        }
    }
}
