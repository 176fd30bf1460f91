//! The one place that knows rxing. See shared/design/reader.md for what was measured and for its traps.
//!
//! Every symbology is asked for by itself and in a fixed order: rxing keeps possible formats in a hash set. MaxiCode is
//! not compiled in (its reader loops for ever); a panic of any reader counts as nothing found.

use crate::code::CodeFormat;
use image::{
    GrayImage,
    imageops::{FilterType, resize},
};
use rxing::{
    BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8Source, RXingResult, Reader,
    aztec::AztecReader,
    common::{BitArray, GlobalHistogramBinarizer, HybridBinarizer},
    datamatrix::DataMatrixReader,
    oned::{Code39Reader, Code128Reader, EAN8Reader, EAN13Reader, ITFReader, OneDReader, UPCEReader},
    pdf417::PDF417Reader,
    qrcode::{QRCodeReader, cpp_port::QrReader},
};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A side below this holds no code, and rxing's readers misbehave on slivers.
pub(crate) const SMALLEST_SIDE: u32 = 24;
/// Digits of an ITF that is believed: 14 on parcels, 16 for a NIK, and more. A scan line that leaves a code too early
/// gives a shorter one that looks whole.
const ITF_LENGTHS: [u32; 2] = [14, 16];

/// How brightness becomes black and white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threshold {
    /// From the neighbourhood: shadows do no harm.
    Local,
    /// One for the whole picture: blurred modules do less harm.
    Global,
}

/// A symbol as rxing read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Symbol {
    pub(crate) format: CodeFormat,
    pub(crate) text: String,
}

/// The first of these two-dimensional symbologies in a picture.
pub(crate) fn scan(grey: &GrayImage, threshold: Threshold, formats: &[CodeFormat]) -> Option<Symbol> {
    let symbol = scan_once(grey, threshold, formats)?;
    if symbol.format != CodeFormat::Aztec {
        return Some(symbol);
    }
    // One woven cloth in 5,000 pictures reads as an Aztec of arbitrary letters, but not as the same at another size.
    let is_again = |eighths: u32| {
        let (width, height) = (grey.width() * eighths / 8, grey.height() * eighths / 8);
        let other = resize(grey, width, height, FilterType::Triangle);
        scan_once(&other, threshold, &[CodeFormat::Aztec]).as_ref() == Some(&symbol)
    };
    [9, 7].into_iter().any(is_again).then_some(symbol)
}

fn scan_once(grey: &GrayImage, threshold: Threshold, formats: &[CodeFormat]) -> Option<Symbol> {
    if grey.width().min(grey.height()) < SMALLEST_SIDE {
        return None;
    }
    let source = Luma8Source::new_with_slice(grey.as_raw(), grey.width(), grey.height()).ok()?;
    match threshold {
        Threshold::Local => scan_in(&mut BinaryBitmap::new(HybridBinarizer::new(source)), formats),
        Threshold::Global => scan_in(&mut BinaryBitmap::new(GlobalHistogramBinarizer::new(source)), formats),
    }
}

fn scan_in<B: Binarizer>(bitmap: &mut BinaryBitmap<B>, formats: &[CodeFormat]) -> Option<Symbol> {
    let hints = DecodeHints {
        TryHarder: Some(true),
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        ..DecodeHints::default()
    };
    formats.iter().find_map(|&format| {
        // The picture is only borrowed and the reader is dropped, so a panic leaves nothing half-changed behind.
        let result = catch_unwind(AssertUnwindSafe(|| match format {
            // Two detectors, which fail on different corners.
            CodeFormat::QrCode => QrReader
                .decode_with_hints(bitmap, &hints)
                .or_else(|_| QRCodeReader.decode_with_hints(bitmap, &hints))
                .ok(),
            CodeFormat::DataMatrix => DataMatrixReader.decode_with_hints(bitmap, &hints).ok(),
            CodeFormat::Aztec => AztecReader.decode_with_hints(bitmap, &hints).ok(),
            CodeFormat::Pdf417 => PDF417Reader.decode_with_hints(bitmap, &hints).ok(),
            _ => None,
        }));
        symbol(format, &result.ok().flatten()?)
    })
}

/// Black and white along one line, `true` being black.
pub(crate) struct Line(BitArray);

impl Line {
    /// Of such a length, black between the places of each pair; white at both ends.
    pub(crate) fn new(length: usize, bars: &[(usize, usize)]) -> Self {
        let mut bits = BitArray::with_size(length);
        // one by one: `setRange` overflows where a range ends with a word
        bars.iter().flat_map(|&(from, to)| from..to.min(length)).for_each(|bit| bits.set(bit));
        Line(bits)
    }

    /// The same line from its other end.
    pub(crate) fn reversed(mut self) -> Self {
        self.0.reverse();
        self
    }

    /// The symbol of a one-dimensional symbology on it.
    pub(crate) fn read(&self, format: CodeFormat) -> Option<Symbol> {
        let hints = DecodeHints { AllowedLengths: Some(ITF_LENGTHS.to_vec()), ..DecodeHints::default() };
        let row = &self.0;
        let result = catch_unwind(AssertUnwindSafe(|| match format {
            CodeFormat::Code128 => Code128Reader.decode_row(0, row, &hints).ok(),
            CodeFormat::Code39 => Code39Reader::new().decode_row(0, row, &hints).ok(),
            CodeFormat::Itf => ITFReader::default().decode_row(0, row, &hints).ok(),
            CodeFormat::Ean13 => EAN13Reader.decode_row(0, row, &hints).ok(),
            CodeFormat::Ean8 => EAN8Reader.decode_row(0, row, &hints).ok(),
            CodeFormat::UpcE => UPCEReader.decode_row(0, row, &hints).ok(),
            _ => None,
        }));
        symbol(format, &result.ok().flatten()?)
    }
}

fn symbol(format: CodeFormat, result: &RXingResult) -> Option<Symbol> {
    let text = result.getText();
    (!text.is_empty()).then(|| Symbol { format, text: text.to_owned() })
}
