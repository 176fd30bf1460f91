//! What the hub says it holds, and one word for many records at once.

use crate::ids::{ContentHash, PhotoHash, RecordId};
use crate::wire::{RecordPush, Refusal};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the hub holds durably of one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The enrolment.
    pub id: RecordId,
    /// The revision that it holds; for a pushed record at least the pushed one.
    pub revision: u32,
    /// Hash of that revision's JSON.
    pub content: ContentHash,
    /// The photos of that revision that it holds in full.
    pub photos_held: Vec<PhotoHash>,
    /// By the hub's clock, the first time this revision came.
    pub received_at: Timestamp,
    /// The place that is kept for the person until the office decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<u32>,
}

/// One receipt for many: on a thin link the hashes of a hundred receipts cost more than what they say. It stands for every
/// record of the request that has neither a receipt nor a refusal of its own: the hub holds exactly the revision and the bytes
/// that were pushed, and none of the photos.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchReceipt {
    /// [`Pushed::digest`] of the records that it stands for, in the order in which they were pushed.
    pub records: ContentHash,
    /// By the hub's clock.
    pub received_at: Timestamp,
    /// The places that are kept for these people, in the same order; empty when none is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Option<u32>>,
}

/// A revision as it was pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The enrolment.
    pub id: RecordId,
    /// From 1.
    pub revision: u32,
    /// Hash of its JSON.
    pub content: ContentHash,
}

impl Pushed {
    /// What a message pushes.
    pub fn of(push: &RecordPush) -> Self {
        Self { id: push.id, revision: push.revision, content: ContentHash::of(push.enrolment.get()) }
    }

    /// SHA-256 over a line for each: id, revision, hash of the content, parted by blanks.
    pub fn digest(pushed: &[Self]) -> ContentHash {
        let lines = pushed.iter().map(|Self { id, revision, content }| format!("{id} {revision} {content}\n"));
        ContentHash::of(lines.collect::<String>())
    }
}

impl BatchReceipt {
    /// For these receipts, which are all from one moment, name no photos and are in the order of the push; nothing for none.
    pub fn for_all(receipts: &[Receipt]) -> Option<Self> {
        let received_at = receipts.first()?.received_at;
        let pushed: Vec<_> = receipts
            .iter()
            .map(|receipt| Pushed { id: receipt.id, revision: receipt.revision, content: receipt.content })
            .collect();
        let places: Vec<_> = receipts.iter().map(|receipt| receipt.place).collect();
        let has_places = places.iter().any(Option::is_some);
        Some(Self {
            records: Pushed::digest(&pushed),
            received_at,
            places: if has_places { places } else { Vec::new() },
        })
    }

    /// The receipts that it stands for, among what was pushed; nothing when it is about other records or other bytes.
    pub fn receipts(&self, pushed: &[Pushed], told: &[Receipt], refused: &[Refusal]) -> Option<Vec<Receipt>> {
        let is_told = |push: &Pushed| {
            told.iter().any(|receipt| receipt.id == push.id)
                || refused.iter().any(|refusal| (refusal.id, refusal.revision) == (push.id, push.revision))
        };
        let meant: Vec<_> = pushed.iter().filter(|push| !is_told(push)).copied().collect();
        if Pushed::digest(&meant) != self.records || !(self.places.is_empty() || self.places.len() == meant.len()) {
            return None;
        }
        let places = self.places.iter().copied().chain(std::iter::repeat(None));
        let receipt = |(push, place): (&Pushed, Option<u32>)| Receipt {
            id: push.id,
            revision: push.revision,
            content: push.content,
            photos_held: Vec::new(),
            received_at: self.received_at,
            place,
        };
        Some(meant.iter().zip(places).map(receipt).collect())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::wire::RefusalReason;

    fn receipt(number: u8, place: Option<u32>) -> Receipt {
        Receipt {
            id: RecordId::from_bytes([number; 16]),
            revision: u32::from(number),
            content: ContentHash::of([number]),
            photos_held: Vec::new(),
            received_at: Timestamp::UNIX_EPOCH,
            place,
        }
    }

    fn pushed(receipts: &[Receipt]) -> Vec<Pushed> {
        receipts.iter().map(|r| Pushed { id: r.id, revision: r.revision, content: r.content }).collect()
    }

    #[test]
    fn one_receipt_says_what_many_would_have_said() {
        for places in [[None, None, None], [Some(4), None, Some(6)]] {
            let many: Vec<_> = (1..=3).zip(places).map(|(number, place)| receipt(number, place)).collect();
            let one = BatchReceipt::for_all(&many).unwrap();
            let heard: BatchReceipt = serde_json::from_str(&serde_json::to_string(&one).unwrap()).unwrap();
            assert_eq!(heard.receipts(&pushed(&many), &[], &[]).unwrap(), many);
        }
        assert_eq!(BatchReceipt::for_all(&[]), None);
    }

    #[test]
    fn what_has_an_answer_of_its_own_is_not_meant() {
        let all: Vec<_> = (1..=4).map(|number| receipt(number, None)).collect();
        let refused = Refusal { id: all[3].id, revision: all[3].revision, reason: RefusalReason::Malformed };
        let one = BatchReceipt::for_all(&all[1..3]).unwrap();
        assert_eq!(one.receipts(&pushed(&all), &all[..1], std::slice::from_ref(&refused)).unwrap(), all[1..3]);
        assert_eq!(one.receipts(&pushed(&all), &[], &[refused]), None, "one more is meant than was held");
    }

    #[test]
    fn for_other_bytes_another_revision_or_another_order_it_says_nothing() {
        let all: Vec<_> = (1..=3).map(|number| receipt(number, Some(7))).collect();
        let one = BatchReceipt::for_all(&all).unwrap();
        let mut other = pushed(&all);
        other[1].content = ContentHash::of("corrected since");
        assert_eq!(one.receipts(&other, &[], &[]), None);
        let mut other = pushed(&all);
        other[1].revision += 1;
        assert_eq!(one.receipts(&other, &[], &[]), None);
        let mut other = pushed(&all);
        other.swap(0, 1);
        assert_eq!(one.receipts(&other, &[], &[]), None);
        let torn = BatchReceipt { places: vec![Some(1)], ..one };
        assert_eq!(torn.receipts(&pushed(&all), &[], &[]), None, "a place belongs to somebody");
    }
}
