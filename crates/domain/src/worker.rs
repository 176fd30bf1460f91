//! What a worker's phone, or anybody's, asks a hub without belonging to it. Answers are signed like all others.

mod reminder;
mod words;

pub use reminder::{Reminder, reminders};
pub use words::{cover_name, cover_over, ended_because};

use crate::card::CardNumber;
use crate::state::State;
use crate::worker_key::{ReceiptNumber, WorkerKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How many numbers of ended cards one answer carries at most.
pub const MOST_ENDED: usize = 5_000;

/// Asks for one worker's card.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CardRequest {
    /// [`crate::wire::VERSION`].
    pub version: u32,
    /// Drawn by the phone; the answer repeats it.
    pub nonce: String,
    /// What opens it.
    pub by: CardAccess,
}

/// What opens a worker's card.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum CardAccess {
    /// The secret of the receipt's code, alone.
    Key {
        /// As it was scanned.
        key: WorkerKey,
    },
    /// The number printed on the receipt, and what neither the receipt nor the KTP says.
    Number {
        /// As it was typed.
        number: ReceiptNumber,
        /// The heir's first name; see [`crate::worker_key::first_name`].
        heir: String,
    },
}

impl CardAccess {
    /// The number that is printed on the receipt.
    pub fn number(&self) -> ReceiptNumber {
        match self {
            Self::Key { key } => key.hash().number(),
            Self::Number { number, .. } => *number,
        }
    }
}

impl std::fmt::Debug for CardAccess {
    /// Secrets and names stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key { .. } => "Key",
            Self::Number { .. } => "Number",
        })
    }
}

/// Where a worker stands. Whoever has no right to it gets [`crate::wire::ErrorCode::NotFound`], whatever was wrong.
#[derive(Clone, Serialize, Deserialize)]
pub struct CardResponse {
    /// [`crate::wire::VERSION`].
    pub version: u32,
    /// From the request.
    pub nonce: String,
    /// The office, as a person calls it.
    pub hub_name: String,
    /// The hub's public key in hex: pinned by a phone that came with a typed number, and knows none yet.
    pub hub_key: String,
    /// By the hub's clock: everything below is as of then.
    pub as_of: Timestamp,
    /// As on the KTP.
    pub name: String,
    /// `352228••••••9999`.
    pub masked_nik: String,
    /// The programme's name.
    pub programme: String,
    /// The village's name.
    pub village: String,
    /// The district's name.
    pub district: String,
    /// What has happened, oldest first; the last one is where it stands. Without what the office wrote to the kader.
    pub steps: Vec<WorkerStep>,
    /// The text of the signed card's code, where one was signed, ended or not; see [`crate::card`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    /// The office has ended that card before its last day: known with the answer, before the list of ended cards is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_ended: bool,
}

impl std::fmt::Debug for CardResponse {
    /// Personal data stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CardResponse({} steps)", self.steps.len())
    }
}

/// One step of a worker's way to the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerStep {
    /// Where it stood from then on.
    pub state: State,
    /// By the hub's clock.
    pub at: Timestamp,
}

/// Asks which cards were ended before their last day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndedRequest {
    /// [`crate::wire::VERSION`].
    pub version: u32,
    /// Drawn by the phone; the answer repeats it, so that an old list can't be played again.
    pub nonce: String,
    /// [`EndedResponse::upto`] of the last answer that was stored; 0 at first.
    pub after: u64,
}

/// Cards that were ended before their last day. A number says nothing about a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndedResponse {
    /// [`crate::wire::VERSION`].
    pub version: u32,
    /// From the request.
    pub nonce: String,
    /// By the hub's clock.
    pub as_of: Timestamp,
    /// To be sent next time.
    pub upto: u64,
    /// There are more: ask again at once.
    pub more: bool,
    /// Those that were ended since `after`, at most [`MOST_ENDED`].
    pub numbers: Vec<CardNumber>,
}
