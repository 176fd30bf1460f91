//! How bytes come from the page: base64 in pieces, because large messages stall the bridge.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dioxus::prelude::*;
use serde::Deserialize;

/// A message of assets/js/payung.js; one field is set, but for `torch`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct FromPage {
    /// The camera shows a picture.
    pub ready: bool,
    /// With `ready`: there is a lamp beside the camera.
    pub torch: bool,
    /// A photo follows in parts.
    pub start: bool,
    /// The next part of a photo.
    pub part: Option<String>,
    /// The photo is complete: so many letters of base64.
    pub end: Option<usize>,
    /// A camera frame, whole.
    pub frame: Option<String>,
    /// Degrees north, degrees east, metres of accuracy.
    pub position: Option<[f64; 3]>,
    /// The name of a DOM exception.
    pub error: Option<String>,
}

/// No photo needs more letters: 48 MB in base64.
const MOST_LETTERS: usize = 64 << 20;

/// Puts the parts of a photo together.
#[derive(Default)]
pub struct Pieces {
    letters: String,
}

impl Pieces {
    /// Takes a message; gives the bytes when a picture is whole.
    pub fn take(&mut self, message: FromPage) -> Option<Vec<u8>> {
        if let Some(frame) = message.frame {
            return STANDARD.decode(frame).ok();
        }
        if message.start {
            self.letters.clear();
        }
        if let Some(part) = message.part.filter(|part| self.letters.len() + part.len() <= MOST_LETTERS) {
            self.letters.push_str(&part);
        }
        let letters = message.end?;
        let whole = std::mem::take(&mut self.letters);
        (whole.len() == letters).then(|| STANDARD.decode(whole).ok())?
    }
}

/// Letters of one script; larger ones stall the bridge.
const LETTERS_AT_ONCE: usize = 256 << 10;

/// Offers a file to the system, which asks the person where it goes; the page holds it for a moment only.
pub fn share(name: &str, file: &[u8]) {
    let letters = STANDARD.encode(file);
    for part in letters.as_bytes().chunks(LETTERS_AT_ONCE) {
        document::eval(&format!("window.payung.sharePart('{}')", String::from_utf8_lossy(part)));
    }
    document::eval(&format!("window.payung.share('{name}')"));
}

/// Bytes as a picture that a page can show without asking for it.
pub fn data_url(jpeg: &[u8]) -> String {
    format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> FromPage {
        FromPage { part: Some(text.into()), ..FromPage::default() }
    }

    #[test]
    fn a_photo_in_parts_is_put_together_and_a_torn_one_is_not() {
        let end = |letters| FromPage { end: Some(letters), ..FromPage::default() };
        let start = || FromPage { start: true, ..FromPage::default() };
        let mut pieces = Pieces::default();
        assert_eq!(pieces.take(start()), None);
        assert_eq!(pieces.take(part("cGF5")), None);
        assert_eq!(pieces.take(part("dW5n")), None);
        assert_eq!(pieces.take(end(8)), Some(b"payung".to_vec()));
        pieces.take(part("cGF5"));
        assert_eq!(pieces.take(end(8)), None, "a part is missing");
    }
}
