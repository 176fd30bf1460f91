//! A report that something is not as it should be: from any phone, without a name if so wished, sealed to the office.
//!
//! | call | request | answer |
//! | --- | --- | --- |
//! | `POST /v1/office` | [`OfficeRequest`] | [`OfficeResponse`], signed by the key that it names |
//! | `POST /v1/irregularities` | a sealed [`Irregularity`], see [`Irregularity::padded`] | [`IrregularityResponse`], signed |
//!
//! Neither call has a token. The seal is the one of [`crate::parcel`]: whoever carries or delays a report reads nothing of it, its
//! length neither.

use crate::enrolment::choice;
use crate::ids::{ContentHash, IrregularityId};
use crate::region::VillageCode;
use serde::{Deserialize, Serialize};

/// The version of these messages.
pub const VERSION: u32 = 1;
/// How large a sealed report may be, in bytes.
pub const MOST_SEALED_BYTES: usize = 24 << 10;
/// Letters of what happened.
pub const MOST_WORDS: usize = 2_000;
/// Letters of how to reach whoever reports.
pub const MOST_CONTACT: usize = 120;
/// Reports are sealed in steps of so many bytes, so that their length tells nothing.
const STEP: usize = 1 << 10;

choice! {
    /// What happened.
    Kind {
        /// A levy of any kind.
        Money = "money", "Diminta uang atau potongan", "Asked for money, or a part of it";
        /// Somebody got a place that is not theirs, or somebody was left out.
        Names = "names", "Nama di daftar tidak benar", "Names on the list are not right";
        /// Data went where it should not.
        Data = "data", "Data atau KTP disalahgunakan", "Data or a KTP was misused";
        /// Card, KPJ or papers were kept back.
        Card = "card", "Kartu atau surat ditahan", "A card or papers were kept back";
        /// Anything else.
        Other = "other", "Lainnya", "Something else";
    }
}

/// One report.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Irregularity {
    /// [`VERSION`].
    pub version: u32,
    /// Drawn by the phone: however often it comes, it is one report.
    pub id: IrregularityId,
    /// What happened.
    pub kind: Kind,
    /// Where, if it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub village: Option<VillageCode>,
    /// In the person's own words.
    pub words: String,
    /// How the office may reach whoever reports; empty for somebody who wants to stay unknown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contact: String,
}

impl std::fmt::Debug for Irregularity {
    /// Words and contact stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Irregularity({})", self.id)
    }
}

impl Irregularity {
    /// Takes what was typed: trimmed, cut to its limits, without letters that nobody sees. Nothing when there are no words.
    pub fn new(
        id: IrregularityId,
        kind: Kind,
        village: Option<VillageCode>,
        words: &str,
        contact: &str,
    ) -> Option<Self> {
        let words = kept(words, MOST_WORDS);
        let contact = kept(contact, MOST_CONTACT).replace('\n', " ");
        (!words.is_empty()).then_some(Self { version: VERSION, id, kind, village, words, contact })
    }

    /// Its JSON with blanks behind it up to a full step, to be sealed.
    pub fn padded(&self) -> serde_json::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec(self)?;
        bytes.resize(bytes.len().next_multiple_of(STEP), b' ');
        Ok(bytes)
    }

    /// What [`Irregularity::padded`] made, within its limits; nothing when it is none.
    pub fn from_padded(bytes: &[u8]) -> Option<Self> {
        let read: Self = serde_json::from_slice(bytes).ok()?;
        let again = Self::new(read.id, read.kind, read.village, &read.words, &read.contact)?;
        Some(Self { version: read.version, ..again })
    }
}

fn kept(text: &str, most: usize) -> String {
    let seen = |letter: &char| !letter.is_control() || *letter == '\n';
    let cut: String = text.trim().chars().filter(seen).take(most).collect();
    cut.trim_end().to_owned()
}

/// The hub holds it durably.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IrregularityResponse {
    /// [`VERSION`].
    pub version: u32,
    /// SHA-256 of the sealed report, byte for byte.
    pub sealed: ContentHash,
}

/// A phone that belongs to nobody asks which office stands behind an address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OfficeRequest {
    /// [`VERSION`].
    pub version: u32,
    /// Drawn by the phone; the answer repeats it.
    pub nonce: String,
}

/// Which office it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OfficeResponse {
    /// [`VERSION`].
    pub version: u32,
    /// From the request.
    pub nonce: String,
    /// As a person calls it.
    pub hub_name: String,
    /// The Ed25519 public key that signs its answers and that reports are sealed to, 64 hex digits.
    pub hub_key: String,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(words: &str, contact: &str) -> Option<Irregularity> {
        let village = "35.22.28.2004".parse().ok();
        Irregularity::new(IrregularityId::from_bytes([3; 16]), Kind::Money, village, words, contact)
    }

    #[test]
    fn a_report_comes_back_as_it_was_and_its_length_tells_nothing() {
        let short = told("Diminta uang.", "").unwrap();
        let longer = told(&"Diminta uang. ".repeat(30), "0812").unwrap();
        assert_eq!(short.padded().unwrap().len(), longer.padded().unwrap().len());
        for one in [short, longer] {
            assert_eq!(Irregularity::from_padded(&one.padded().unwrap()).unwrap(), one);
        }
        let longest = told(&"\u{1F600}".repeat(3_000), &"\u{1F600}".repeat(500)).unwrap();
        assert_eq!(longest.words.chars().count(), MOST_WORDS);
        assert!(longest.padded().unwrap().len() + 48 <= MOST_SEALED_BYTES, "with what a sealed box adds");
    }

    #[test]
    fn a_report_without_words_is_none_and_hidden_letters_are_dropped() {
        assert!(told(" \n\t ", "0812").is_none());
        assert_eq!(
            told("a\u{0}b\nc", "08\n12").map(|one| (one.words, one.contact)),
            Some(("ab\nc".into(), "08 12".into()))
        );
        assert!(Irregularity::from_padded(b"{}").is_none());
    }

    #[test]
    fn nothing_of_it_is_in_a_log() {
        assert_eq!(format!("{:?}", told("rahasia", "0812").unwrap()), format!("Irregularity({})", "03".repeat(16)));
    }
}
