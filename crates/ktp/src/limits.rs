//! How large a file may come in and a picture may go out.

use std::time::Duration;

/// The bounds of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longer side of the picture that goes out, in pixels; a smaller picture is never enlarged.
    pub long_side: u32,
    /// The JPEG that goes out has at most this many bytes.
    pub max_bytes: usize,
    /// The whole photo is kept even where a card is found on it, as a person asked for.
    pub keep_framing: bool,
    /// Width × height of the file that comes in.
    ///
    /// Memory at the default of 52 MP: about 33 MB to shrink an ordinary (baseline) photo, 80 MB to read it; a progressive
    /// JPEG needs two bytes a pixel and channel, 312 MB at worst.
    pub max_pixels: u64,
    /// Size of the file that comes in.
    pub max_input_bytes: usize,
    /// No new try at finding codes begins after this long, counted from the call; a try takes some milliseconds, on a
    /// slow phone some dozens. Decoding the file is not cut short.
    pub read_budget: Duration,
}

impl Default for Limits {
    /// 1,600 px and 120 kB out, the card cut out; 52 MP, 40 MB in; a second and a half for codes.
    ///
    /// A "50 MP" sensor writes up to 8,192 × 6,144 = 50.3 million pixels, hence 52.
    fn default() -> Self {
        Limits {
            long_side: 1_600,
            max_bytes: 120_000,
            keep_framing: false,
            max_pixels: 52_000_000,
            max_input_bytes: 40_000_000,
            read_budget: Duration::from_millis(1_500),
        }
    }
}
