//! Small photos for a sample: the demo's drawn card, each with a remark of its own in it, so that no two are the same bytes.

use super::super::sample::CARD;
use crate::Hub;
use payung_domain::PhotoHash;

/// How many different photos there are; everybody's record names one of them.
pub const SAMPLE: u32 = 400;

/// The bytes of one photo: behind a JPEG's first two comes a remark (COM) with its number.
pub fn bytes(number: u32) -> Vec<u8> {
    let text = format!("contoh {number:06}");
    let length = u16::try_from(text.len() + 2).unwrap_or(u16::MAX).to_be_bytes();
    let (start, rest) = CARD.split_at(2);
    [start, &[0xff, 0xfe], &length, text.as_bytes(), rest].concat()
}

/// Lays one photo where the hub keeps them; what it is called there, and its size.
pub fn keep(hub: &Hub, number: u32) -> anyhow::Result<(PhotoHash, u64)> {
    let bytes = bytes(number);
    let hash = PhotoHash::of(&bytes);
    hub.photos.put(hash, &bytes)?;
    Ok((hash, bytes.len() as u64))
}
