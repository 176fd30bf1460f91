//! Everything that one photo, or one film of camera frames, says.

use crate::{Code, Limits, Picture, PictureError, read_codes, shrink, thumbnail};
use payung_domain::Nik;
use payung_domain::enrolment::PhotoFault;
use std::fmt;

/// What one photo of a card gives.
#[derive(Debug)]
pub struct Look {
    /// What is kept and sent.
    pub picture: Picture,
    /// The same, for lists.
    pub thumbnail: Vec<u8>,
    /// The codes on the card; NIKs first.
    pub codes: Vec<Code>,
    /// What the photo should be taken again for; what to mend first comes first.
    pub faults: Vec<PhotoFault>,
    /// The NIK as printed, as far as it was read.
    pub print: Option<NikLine>,
}

/// The printed line of the NIK. Debug shows no digit.
#[derive(Clone, PartialEq)]
pub struct NikLine {
    /// From left to right; how sure each is.
    pub digits: [LineDigit; 16],
    /// Only when every digit is sure and the whole is a NIK.
    pub nik: Option<Nik>,
    /// The line cut out of the photo, a JPEG.
    pub jpeg: Vec<u8>,
}

/// One digit of the line.
#[derive(Clone, Copy, PartialEq)]
pub struct LineDigit {
    /// 0 to 9.
    pub value: u8,
    /// A person should compare it with the card.
    pub is_doubtful: bool,
}

impl fmt::Debug for NikLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doubtful = self.digits.iter().filter(|digit| digit.is_doubtful).count();
        write!(f, "NikLine({doubtful} of 16 doubtful)")
    }
}

/// Takes a photo in: the picture that is kept, the codes, what the coach says, and the NIK.
///
/// # Errors
/// As [`shrink`]; a photo of which only the picture can be made is no error.
pub fn look(bytes: &[u8], thumbnail_side: u32, limits: &Limits) -> Result<Look, PictureError> {
    let picture = shrink(bytes, limits)?;
    let thumbnail = thumbnail(&picture.jpeg, thumbnail_side)?;
    let codes = read_codes(bytes, limits).unwrap_or_default();
    Ok(Look { picture, thumbnail, codes, faults: Vec::new(), print: None })
}

/// The frames of a camera that is held over one card.
#[derive(Default)]
pub struct Scanner {}

/// What the frames so far give.
#[derive(Debug)]
pub enum Seen {
    /// Nothing yet.
    Nothing,
    /// A code.
    Code(Code),
    /// A NIK on which the frames agree.
    Print(NikLine),
}

impl Scanner {
    /// Takes the next frame, a JPEG; one that can't be decoded shows nothing.
    pub fn frame(&mut self, jpeg: &[u8]) -> Seen {
        match read_codes(jpeg, &Limits::default()).unwrap_or_default().into_iter().next() {
            Some(code) => Seen::Code(code),
            None => Seen::Nothing,
        }
    }
}
