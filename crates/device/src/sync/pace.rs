//! How much one request carries: what a link lets through, found out by trying.

/// Bytes of one request over the wire. Halved after a cut, doubled after each one that went through full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace(usize);

/// Five seconds on 25 kbit/s: a link that breaks off every now and then gets something through.
const FIRST: usize = 16 << 10;
/// One record, or a second on a link that is hardly there.
const LEAST: usize = 1 << 10;
/// The largest photo goes in one piece on a link that has proved itself.
const MOST: usize = 256 << 10;
/// Text shrinks to a fifth; of its batches a quarter is counted, to be safe.
const TEXT_SHRINKS_BY: usize = 4;
/// Text of one batch before it is zipped. More saves nothing, and all of a batch is sent again after a cut.
const MOST_TEXT: usize = 96 << 10;

impl Default for Pace {
    fn default() -> Self {
        Self(FIRST)
    }
}

impl Pace {
    /// After a request that was cut off or called too large.
    #[must_use]
    pub(crate) fn slower(self) -> Self {
        Self((self.0 / 2).max(LEAST))
    }

    /// After a request that went through.
    #[must_use]
    pub(crate) fn faster(self) -> Self {
        Self((self.0 * 2).min(MOST))
    }

    /// Nothing smaller can be tried.
    pub(crate) fn is_slowest(self) -> bool {
        self.0 == LEAST
    }

    /// Bytes of a batch's text, before it is zipped.
    pub(crate) fn text_bytes(self) -> usize {
        (self.0 * TEXT_SHRINKS_BY).min(MOST_TEXT)
    }

    /// Bytes of one piece of a photo.
    pub(crate) fn piece_bytes(self) -> usize {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_shrinks_to_a_record_and_grows_to_a_photo() {
        let slowest = (0..9).fold(Pace::default(), |pace, _| pace.slower());
        assert!(slowest.is_slowest());
        assert_eq!((slowest.piece_bytes(), slowest.text_bytes()), (1 << 10, 4 << 10));
        let fastest = (0..9).fold(slowest, |pace, _| pace.faster());
        assert_eq!((fastest.piece_bytes(), fastest.text_bytes()), (256 << 10, 96 << 10));
        assert!(!fastest.is_slowest());
    }
}
