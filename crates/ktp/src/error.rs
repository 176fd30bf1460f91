//! Why a file gives no picture.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Why a file gives no picture. Holds sizes and format names only, never a path or what the picture shows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// A file of no bytes, as a full memory card leaves behind.
    #[error("the file is empty")]
    Empty,
    /// No picture format that we know: a text, a video, a download that is really a web page.
    #[error("the file is not a picture")]
    NotAPicture,
    /// A picture, but in a format or a variant of it that is not read here. Take the photo as JPEG.
    #[error("{what} is not supported")]
    Unsupported {
        /// The format, e.g. `HEIC`, or the variant, e.g. `arithmetic coding`.
        what: String,
    },
    /// More pixels than [`Limits::max_pixels`](crate::Limits), told from the header before anything is allocated.
    #[error("{width} × {height} pixels are more than {max}")]
    TooManyPixels {
        /// Pixels from left to right.
        width: u32,
        /// Pixels from top to bottom.
        height: u32,
        /// The most that this kind of file may have.
        max: u64,
    },
    /// A file larger than [`Limits::max_input_bytes`](crate::Limits).
    #[error("{bytes} bytes are more than {max}")]
    TooManyBytes {
        /// The file's size.
        bytes: usize,
        /// The most that is read.
        max: usize,
    },
    /// It begins as a picture but cannot be decoded to its end: cut off, overwritten or made to harm.
    #[error("the picture is broken: {0}")]
    Broken(String),
    /// Not even a tiny copy fits into [`Limits::max_bytes`](crate::Limits).
    #[error("no JPEG of this picture fits into {max_bytes} bytes")]
    DoesNotFit {
        /// The limit that was asked for.
        max_bytes: usize,
    },
}

/// Runs a decoder that we did not write; a panic inside becomes [`PictureError::Broken`].
///
/// Needs `panic = "unwind"`, the default. The panic hook still runs: its message names a line of source, no data.
pub(crate) fn contained<T>(decode: impl FnOnce() -> Result<T, PictureError>) -> Result<T, PictureError> {
    // Nothing that the closure borrowed is used after a panic, so nothing half-changed can be seen.
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| Err(PictureError::Broken("the decoder gave up".into())))
}
