//! Records that another phone carries to the hub: each parcel is sealed to the hub, and nobody on the way can read it.
//!
//! docs/adr/0011-parcels.md says why it looks like this.

use crate::ids::{ContentHash, PhotoHash, RecordId};
use crate::wire::{Receipt, RecordPush, Refusal};
use serde::{Deserialize, Serialize};

/// How large a sealed parcel may be, in bytes: the largest photo and what surrounds it.
pub const MOST_PARCEL_BYTES: usize = (2 << 20) + (64 << 10);

/// What a sealed parcel holds before the photo's bytes.
#[derive(Serialize, Deserialize)]
pub struct Contents {
    /// [`crate::wire::VERSION`].
    pub version: u32,
    /// The right to call of the phone that packed it; whoever carries it has another one.
    pub token: String,
    /// Text, at most [`crate::wire::MOST_RECORDS`].
    pub records: Vec<RecordPush>,
    /// Whose bytes follow.
    pub photo: Option<PhotoHash>,
    /// The records that name the photo.
    pub named_by: Vec<RecordId>,
}

/// The hub's answer, signed: it may be carried back, and believed by the phone that packed the parcel.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ParcelResponse {
    /// [`crate::wire::VERSION`].
    pub version: u32,
    /// SHA-256 of the sealed parcel.
    pub parcel: ContentHash,
    /// The phone that packed it.
    pub device_id: String,
    /// What is durable on the hub.
    pub receipts: Vec<Receipt>,
    /// What the hub can't take.
    pub refusals: Vec<Refusal>,
}

/// A parcel before it is sealed, as bytes: the length of what follows in four bytes (little-endian), the contents' JSON deflated
/// (RFC 1951; it may have to fit a few QR codes), the photo.
pub fn packed(contents: &Contents, photo: &[u8]) -> serde_json::Result<Vec<u8>> {
    let json = miniz_oxide::deflate::compress_to_vec(&serde_json::to_vec(contents)?, 9);
    let length = u32::try_from(json.len()).unwrap_or(u32::MAX).to_le_bytes();
    Ok([length.as_slice(), &json, photo].concat())
}

/// The parts of a parcel that was opened; nothing when it is none.
pub fn unpacked(bytes: &[u8]) -> Option<(Contents, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (json, photo) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    let json = miniz_oxide::inflate::decompress_to_vec_with_limit(json, crate::wire::MOST_SYNC_BYTES).ok()?;
    Some((serde_json::from_slice(&json).ok()?, photo))
}

const PARCELS: &[u8] = b"PAYUNG TITIPAN 1\n";

/// Sealed parcels as one file.
pub fn to_file(parcels: &[Vec<u8>]) -> Vec<u8> {
    let mut file = PARCELS.to_vec();
    for parcel in parcels {
        file.extend(u32::try_from(parcel.len()).unwrap_or(u32::MAX).to_le_bytes());
        file.extend(parcel);
    }
    file
}

/// The sealed parcels of a file; nothing when it is no such file or breaks off.
pub fn from_file(file: &[u8]) -> Option<Vec<&[u8]>> {
    let mut rest = file.strip_prefix(PARCELS)?;
    let mut parcels = Vec::new();
    while !rest.is_empty() {
        let (length, tail) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok().filter(|length| *length <= MOST_PARCEL_BYTES)?;
        let (parcel, tail) = tail.split_at_checked(length)?;
        parcels.push(parcel);
        rest = tail;
    }
    Some(parcels)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_gives_its_parcels_back_and_a_torn_or_strange_one_none() {
        let parcels = vec![vec![1, 2, 3], Vec::new(), vec![9; 1000]];
        let file = to_file(&parcels);
        assert_eq!(from_file(&file).unwrap(), parcels);
        assert_eq!(from_file(&to_file(&[])).unwrap().len(), 0);
        for end in [file.len() - 1, PARCELS.len() + 2, 3] {
            assert!(from_file(&file[..end]).is_none(), "{end}");
        }
        assert!(from_file(&[PARCELS, &[255; 4]].concat()).is_none());
    }

    #[test]
    fn contents_and_photo_come_apart_again() {
        let contents =
            Contents { version: 1, token: "t".into(), records: Vec::new(), photo: None, named_by: Vec::new() };
        let bytes = packed(&contents, b"photo").unwrap();
        let (read, photo) = unpacked(&bytes).unwrap();
        assert_eq!((read.token.as_str(), photo), ("t", b"photo".as_slice()));
        let bomb = miniz_oxide::deflate::compress_to_vec(&vec![b' '; 64 << 20], 9);
        let bomb = [u32::try_from(bomb.len()).unwrap().to_le_bytes().as_slice(), &bomb].concat();
        assert!(unpacked(&bomb).is_none());
        assert!(unpacked(&bytes[..9]).is_none() && unpacked(b"").is_none());
    }
}
