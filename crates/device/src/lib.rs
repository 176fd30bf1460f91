//! Everything that a phone does without a screen: the encrypted store, the outbox, the sync.
//!
//! [`Device`] is the only door. Its calls are async and do their work off the caller's thread, but for
//! [`Device::set_field`], which must be durable before the next key press is handled.

mod draft;
mod env;
mod judgement;
mod key;
mod letters;
mod pairing;
mod phone_key;
mod sealing;
mod store;
mod sync;
mod transport;
mod worker;

mod device;

pub use device::{
    CheckedCode, Device, DeviceError, NoSlip, Person, Reminder, SaveError, Scanned, SlipView, Status, Stopped,
    Villager, Visit, Why,
};
pub use draft::DraftView;
pub use env::{Clock, Disk, Entropy, Env, Moment, SystemClock, SystemEntropy};
pub use judgement::{Judgement, Known};
pub use key::{KeyCost, KeyError, Pin, UnlockError};
pub use letters::delivery::Delay;
pub use letters::draft::ReportDraft;
pub use letters::office::{Office, OfficeLink};
pub use letters::{LetterError, Told, Waiting};
pub use pairing::{PairError, PairLink, Pairing};
pub use store::StoreError;
pub use store::card::CardRow;
pub use store::photo::NewPhoto;
pub use store::record::{Counts, Promise, RecordRow, RecordView, Standing, TimelineEntry};
pub use sync::failure::{NextStep, SyncFailure};
pub use sync::parcel::{Carried, ParcelError, TakenOver};
pub use sync::{JournalEntry, Link, Occasion, Report, Trigger};
pub use transport::{Call, HttpTransport, Method, Request, Response, Transport, TransportError};
pub use worker::{AddError, CardId, KeptCard, ReceiptSays, Refreshed, ScannedReceipt, Wallet, WalletError};
