//! What opens a worker's card: a secret that the kader's phone draws and puts on the receipt, and a shorter form to type.
//!
//! | what | where it is | what it opens |
//! | --- | --- | --- |
//! | [`WorkerKey`], 128 bits | in the receipt's code, on the phones that scanned it | the card, alone |
//! | [`WorkerKeyHash`], 128 bits | in the enrolment, at the hub | nothing: the hub compares |
//! | [`ReceiptNumber`], 50 bits | printed on the receipt, typed | the card, together with the heir's first name |

use crate::ids::IdError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// 32 letters and digits, none of which looks like another: five bits each.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Letters of a number.
const LETTERS: usize = 10;

/// The secret on a receipt: 16 random bytes that the phone draws, 32 hex digits as text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WorkerKey([u8; 16]);

impl WorkerKey {
    /// Of these bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// What the hub knows of it: the beginning of a SHA-256.
    pub fn hash(&self) -> WorkerKeyHash {
        let digest: [u8; 32] = Sha256::digest([b"payung worker key\n", &self.0[..]].concat()).into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        WorkerKeyHash(bytes)
    }
}

impl fmt::Debug for WorkerKey {
    /// A secret stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WorkerKey")
    }
}

/// What the hub knows of a [`WorkerKey`]: 32 hex digits as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WorkerKeyHash([u8; 16]);

impl WorkerKeyHash {
    /// The number that is printed beside the code; it says nothing about the key.
    pub fn number(&self) -> ReceiptNumber {
        let digest = Sha256::digest([b"payung receipt number\n", &self.0[..]].concat());
        ReceiptNumber(std::array::from_fn(|place| ALPHABET[usize::from(digest[place] % 32)]))
    }
}

impl fmt::Display for WorkerKeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

fn from_hex(text: &str) -> Result<[u8; 16], IdError> {
    let mut bytes = [0; 16];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| IdError { expected: 32 })?;
    Ok(bytes)
}

impl TryFrom<String> for WorkerKey {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        from_hex(&text).map(Self)
    }
}

impl From<WorkerKey> for String {
    fn from(key: WorkerKey) -> Self {
        hex::encode(key.0)
    }
}

impl TryFrom<String> for WorkerKeyHash {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        from_hex(&text).map(Self)
    }
}

impl From<WorkerKeyHash> for String {
    fn from(hash: WorkerKeyHash) -> Self {
        hash.to_string()
    }
}

/// A receipt's number as a person reads and types it: `K7QM3-XRD8P`, 50 bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReceiptNumber([u8; LETTERS]);

/// A text that is no receipt's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a receipt's number has ten letters and digits")]
pub struct NoReceiptNumber;

impl FromStr for ReceiptNumber {
    type Err = NoReceiptNumber;

    /// Takes small letters, and blanks and hyphens anywhere.
    fn from_str(text: &str) -> Result<Self, NoReceiptNumber> {
        let letters: Vec<u8> = text
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'-')
            .map(|byte| byte.to_ascii_uppercase())
            .collect();
        let letters: [u8; LETTERS] = letters.try_into().map_err(|_| NoReceiptNumber)?;
        letters.iter().all(|letter| ALPHABET.contains(letter)).then_some(Self(letters)).ok_or(NoReceiptNumber)
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at(LETTERS / 2);
        write!(f, "{}-{}", String::from_utf8_lossy(first), String::from_utf8_lossy(second))
    }
}

impl fmt::Debug for ReceiptNumber {
    /// Half of what opens a card stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptNumber")
    }
}

impl TryFrom<String> for ReceiptNumber {
    type Error = NoReceiptNumber;
    fn try_from(text: String) -> Result<Self, NoReceiptNumber> {
        text.parse()
    }
}

impl From<ReceiptNumber> for String {
    fn from(number: ReceiptNumber) -> Self {
        number.to_string()
    }
}

/// What stands before a name on a KTP or in speech and is none. `Moh` and `Muh` are cut short also where the dot was left out; whoever
/// is called `Muhammad` in full is called so.
const TITLES: [&str; 27] = [
    "HJ", "HAJI", "HAJAH", "HAJJAH", "KH", "MOH", "MUH", "MOCH", "MUCH", "MOHD", "MUHD", "NY", "NYONYA", "TN", "TUAN",
    "BPK", "BAPAK", "PAK", "IBU", "BU", "DRS", "DRA", "DR", "DRG", "IR", "PROF", "RR",
];

/// A first name as it is compared: the letters of the first word that is neither a title nor a single letter, in capitals; of the first
/// word where there is no other. Nothing where there is none.
pub fn first_name(text: &str) -> Option<String> {
    let letters = |word: &str| word.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_uppercase).collect();
    // a KTP has no blank behind the dot of `H.SLAMET`
    let words =
        || text.split(|c: char| c.is_whitespace() || c == '.').map(letters).filter(|word: &String| !word.is_empty());
    let is_name = |word: &String| word.chars().nth(1).is_some() && !TITLES.contains(&word.as_str());
    words().find(is_name).or_else(|| words().next())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_number_is_read_as_people_type_it() {
        let number = WorkerKey::from_bytes([7; 16]).hash().number();
        let text = number.to_string();
        assert_eq!(text.len(), 11);
        for typed in [text.clone(), text.to_lowercase(), text.replace('-', " "), format!(" {} ", text.replace('-', ""))]
        {
            assert!(typed.parse() == Ok(number), "{typed}");
        }
        for bad in ["", "K7QM3", "K7QM3-XRD8P9", "O0I1L-00000"] {
            assert_eq!(bad.parse::<ReceiptNumber>(), Err(NoReceiptNumber), "{bad}");
        }
    }

    #[test]
    fn keys_hashes_and_numbers_differ_and_survive_their_text() {
        let keys: Vec<_> = (0..200).map(|number| WorkerKey::from_bytes([number; 16])).collect();
        let numbers: std::collections::BTreeSet<_> = keys.iter().map(|key| key.hash().number()).collect();
        assert_eq!(numbers.len(), keys.len());
        let key: WorkerKey = serde_json::from_str(&serde_json::to_string(&keys[3]).unwrap()).unwrap();
        assert_eq!(key, keys[3]);
        let hash: WorkerKeyHash = serde_json::from_str(&serde_json::to_string(&key.hash()).unwrap()).unwrap();
        assert_eq!(hash, key.hash());
        assert_eq!(format!("{key:?} {:?}", hash.number()), "WorkerKey ReceiptNumber");
    }

    #[test]
    fn a_first_name_is_one_word_however_it_is_typed() {
        for text in ["Siti Aminah", " siti", "SITI,", "siti  binti Umar"] {
            assert_eq!(first_name(text).as_deref(), Some("SITI"), "{text}");
        }
        assert_eq!(first_name(" . "), None);
    }

    #[test]
    fn a_title_is_no_first_name_unless_nothing_else_is_there() {
        for text in
            ["H. Slamet", "SLAMET", "h slamet riyadi", "Drs. H. Slamet", "H.SLAMET", "Moh. Slamet", "MUH SLAMET"]
                .into_iter()
                .chain(["Bpk. M. Slamet", "Pak Slamet", "R. Slamet", "A. Slamet", ". Slamet"])
        {
            assert_eq!(first_name(text).as_deref(), Some("SLAMET"), "{text}");
        }
        for (text, first) in [("H.", "H"), ("Hj. M.", "HJ"), ("Ibu", "IBU"), ("Muhammad Slamet", "MUHAMMAD")] {
            assert_eq!(first_name(text).as_deref(), Some(first), "{text}");
        }
    }
}
