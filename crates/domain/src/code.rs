//! What a code is that a camera has seen, before anything is believed of it.

use crate::card::{Card, CardNumber, Issuer};
use crate::slip::Slip;
use crate::{card, cose, slip};
use jiff::civil::Date;

/// A code that Payung knows how to check, or another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// A worker's card: [`card::Card::check`].
    Card,
    /// A receipt at the door: [`slip::Slip::check`].
    Slip,
    /// Anything else.
    Other,
}

impl Code {
    /// What a code's text says that it is.
    pub fn of(text: &str) -> Self {
        match cose::unpacked(text).and_then(|signed| cose::claims(&signed)) {
            Some(claims) if card::is_card(&claims) => Self::Card,
            Some(claims) if slip::is_slip(&claims) => Self::Slip,
            _ => Self::Other,
        }
    }
}

/// What a check of a code says, whatever it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A card, or what claims to be one.
    Card(card::Checked),
    /// A receipt, or what claims to be one.
    Slip(slip::Checked),
    /// Neither.
    Other,
}

impl Verdict {
    /// Checks a code's text on this day, against the offices that are known and the cards that were ended.
    pub fn of(text: &str, issuers: &[Issuer], is_ended: impl FnOnce(CardNumber) -> bool, today: Date) -> Self {
        match Code::of(text) {
            Code::Card => Self::Card(Card::check(text, issuers, is_ended, today)),
            Code::Slip => Self::Slip(Slip::check(text, issuers, today)),
            Code::Other => Self::Other,
        }
    }
}
