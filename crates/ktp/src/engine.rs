//! The one place that knows rxing. See shared/design/reader.md for what was measured and for its traps.

use crate::code::CodeFormat;
use image::GrayImage;
use rxing::{
    BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, MultiFormatReader, RXingResult, Reader,
    common::HybridBinarizer,
    multi::{GenericMultipleBarcodeReader, MultipleBarcodeReader},
};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A side below this holds no code, and rxing's readers misbehave on slivers.
const SMALLEST_SIDE: u32 = 24;

/// How hard to look at one picture.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// Light bars on dark, too.
    pub(crate) inverted: bool,
    /// After a hit, look beside it for more.
    pub(crate) several: bool,
}

/// A symbol as rxing read it.
pub(crate) struct Symbol {
    pub(crate) format: CodeFormat,
    pub(crate) text: String,
}

/// The symbols in one picture. A panic of the reader counts as nothing found.
pub(crate) fn scan(grey: &GrayImage, effort: Effort) -> Vec<Symbol> {
    if grey.width().min(grey.height()) < SMALLEST_SIDE {
        return Vec::new();
    }
    // The picture is only borrowed and the readers are dropped, so a panic leaves nothing half-changed behind.
    let results = catch_unwind(AssertUnwindSafe(|| decode(grey, effort))).unwrap_or_default();
    results.iter().filter_map(symbol).collect()
}

fn decode(grey: &GrayImage, effort: Effort) -> Vec<RXingResult> {
    let Ok(source) = Luma8Source::new_with_slice(grey.as_raw(), grey.width(), grey.height()) else {
        return Vec::new();
    };
    let hints = DecodeHints {
        // Never all formats: false positives, a MaxiCode reader that loops, an Aztec reader that panics.
        PossibleFormats: Some(HashSet::from([
            BarcodeFormat::QR_CODE,
            BarcodeFormat::PDF_417,
            BarcodeFormat::CODE_128,
            BarcodeFormat::CODE_39,
        ])),
        TryHarder: Some(true),
        AlsoInverted: Some(effort.inverted),
        ..DecodeHints::default()
    };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let mut reader = MultiFormatReader::default();
    if effort.several {
        GenericMultipleBarcodeReader::new(reader).decode_multiple_with_hints(&mut bitmap, &hints).unwrap_or_default()
    } else {
        reader.decode_with_hints(&mut bitmap, &hints).into_iter().collect()
    }
}

fn symbol(result: &RXingResult) -> Option<Symbol> {
    let format = match result.getBarcodeFormat() {
        BarcodeFormat::QR_CODE => CodeFormat::QrCode,
        BarcodeFormat::PDF_417 => CodeFormat::Pdf417,
        BarcodeFormat::CODE_128 => CodeFormat::Code128,
        BarcodeFormat::CODE_39 => CodeFormat::Code39,
        _ => return None,
    };
    Some(Symbol { format, text: result.getText().to_owned() })
}
