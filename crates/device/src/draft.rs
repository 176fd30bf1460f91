//! What a screen sees of a record that is being filled in.

use payung_domain::enrolment::Photo;
use payung_domain::{Draft, RecordId, State};

/// A record while it is filled in or mended.
#[derive(Clone, PartialEq)]
pub struct DraftView {
    /// The record.
    pub id: RecordId,
    /// What was typed.
    pub draft: Draft,
    /// The photos taken so far.
    pub photos: Vec<Photo>,
    /// Where the record stands; anything but [`State::Draft`] means that this is a correction.
    pub state: State,
    /// It is open for changes.
    pub is_editing: bool,
    /// The last saved revision, 0 for a new one.
    pub revision: u32,
}
