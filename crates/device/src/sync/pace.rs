//! How much one request carries: what a link lets through, found out by trying.

/// Bytes of one request over the wire: halved after a cut, doubled after each one that went through full; what was cut off
/// once is tried again only after a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    bytes: usize,
    /// What was too much last time.
    ceiling: usize,
    /// Requests that have gone through below it.
    passed: u32,
}

/// Five seconds on 25 kbit/s: a link that breaks off every now and then gets something through.
const FIRST: usize = 16 << 10;
/// One record, or a second on a link that is hardly there.
const LEAST: usize = 1 << 10;
/// The largest photo goes in one piece on a link that has proved itself.
const MOST: usize = 256 << 10;
/// After so many requests the ceiling may have risen.
const PATIENCE: u32 = 16;
/// Text shrinks to a tenth when there is much of it; an eighth is counted, to be safe.
const TEXT_SHRINKS_BY: usize = 8;
/// Text of one batch before it is zipped. More saves nothing, and all of a batch is sent again after a cut.
const MOST_TEXT: usize = 160 << 10;

impl Default for Pace {
    fn default() -> Self {
        Self { bytes: FIRST, ceiling: usize::MAX, passed: 0 }
    }
}

impl Pace {
    /// After a request that was cut off or called too large.
    #[must_use]
    pub(crate) fn slower(self) -> Self {
        Self { bytes: (self.bytes / 2).max(LEAST), ceiling: self.bytes, passed: 0 }
    }

    /// After a request that went through full.
    #[must_use]
    pub(crate) fn faster(self) -> Self {
        let bytes = (self.bytes * 2).min(MOST);
        let passed = self.passed + 1;
        match bytes < self.ceiling || passed >= PATIENCE {
            true => Self { bytes, passed: 0, ..self },
            false => Self { passed, ..self },
        }
    }

    /// Nothing smaller can be tried.
    pub(crate) fn is_slowest(self) -> bool {
        self.bytes == LEAST
    }

    /// Bytes of a batch's text, before it is zipped.
    pub(crate) fn text_bytes(self) -> usize {
        (self.bytes * TEXT_SHRINKS_BY).min(MOST_TEXT)
    }

    /// Bytes of one piece of a photo.
    pub(crate) fn piece_bytes(self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_shrinks_to_a_record_and_grows_to_a_photo() {
        let slowest = (0..9).fold(Pace::default(), |pace, _| pace.slower());
        assert!(slowest.is_slowest());
        assert_eq!((slowest.piece_bytes(), slowest.text_bytes()), (1 << 10, 8 << 10));
        let fastest = (0..200).fold(slowest, |pace, _| pace.faster());
        assert_eq!((fastest.piece_bytes(), fastest.text_bytes()), (256 << 10, 160 << 10));
        assert!(!fastest.is_slowest());
    }

    #[test]
    fn what_was_too_much_is_not_tried_again_at_once() {
        let cut = Pace::default().slower();
        assert_eq!((cut.piece_bytes(), cut.faster().piece_bytes()), (8 << 10, 8 << 10));
        let patient = (0..PATIENCE).fold(cut, |pace, _| pace.faster());
        assert_eq!(patient.piece_bytes(), 16 << 10);
    }
}
