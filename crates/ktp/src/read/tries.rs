//! What is tried on one region, the cheap and likely first.

use super::layers::Layers;
use super::regions::Region;
use super::{filters, lines, lines::Thoroughness};
use crate::CodeFormat::{self, Aztec, DataMatrix, Pdf417, QrCode};
use crate::engine::{Symbol, Threshold, scan};
use crate::geometry::rectify_grey;
use image::{
    GrayImage,
    imageops::{FilterType, flip_horizontal, resize, rotate90},
};

/// Edges all one way: bars, hardly modules.
const BARS: f32 = 0.45;
/// Edges equally both ways: modules, no bars.
const MODULES: f32 = 0.3;
const MATRICES: [CodeFormat; 3] = [QrCode, DataMatrix, Aztec];

/// What a crop shows beside its region, as a part of the region's size across the bars and along them.
type Margin = (f32, f32);
const MATRIX_MARGIN: Margin = (0.18, 0.18);
const STACKED_MARGIN: Margin = (0.12, 0.2);
/// The thick bars at both ends of a PDF417 have no edges of their own, and the region may end before them.
const WIDE_MARGIN: Margin = (0.45, 0.3);

/// The likely tries: a few milliseconds.
pub(super) fn quick(layers: &Layers, region: &Region) -> Option<Symbol> {
    let bars = || lines::read(layers, region, Thoroughness::Quick);
    let stacked = || stacked(&crop(layers, region, STACKED_MARGIN, (700.0, 1_200.0))?);
    let matrix = || scan(&crop(layers, region, MATRIX_MARGIN, (260.0, 700.0))?, Threshold::Local, &MATRICES);
    if region.one_way > BARS {
        bars().or_else(stacked)
    } else if region.one_way > MODULES {
        stacked().or_else(matrix)
    } else {
        matrix()
    }
}

type Try = fn(&Layers, &Region) -> Option<Symbol>;

/// The other tries, those that gave most first.
pub(super) const THOROUGH: [Try; 7] = [
    |layers, region| lines::read(layers, region, Thoroughness::Full),
    |layers, region| stacked(&crop(layers, region, WIDE_MARGIN, (700.0, 1_200.0))?),
    |layers, region| scan(&crop(layers, region, MATRIX_MARGIN, (500.0, 1_000.0))?, Threshold::Local, &MATRICES),
    |layers, region| {
        let crop = crop(layers, region, WIDE_MARGIN, (600.0, 1_000.0))?;
        let cut = lines::cut(&crop);
        scan(&cut, Threshold::Global, &[Pdf417])
            .or_else(|| scan(&flip_horizontal(&cut), Threshold::Global, &[Pdf417]))
            .or_else(|| scan(&rotate90(&lines::cut(&rotate90(&crop))), Threshold::Global, &[Pdf417]))
    },
    |layers, region| {
        let sharp = filters::sharpened(&crop(layers, region, MATRIX_MARGIN, (420.0, 900.0))?);
        scan(&sharp, Threshold::Local, &MATRICES).or_else(|| scan(&sharp, Threshold::Global, &MATRICES))
    },
    |layers, region| {
        // half the size and back: takes noise
        let small = crop(layers, region, MATRIX_MARGIN, (100.0, 260.0))?;
        let soft = resize(&small, small.width() * 2, small.height() * 2, FilterType::CatmullRom);
        scan(&soft, Threshold::Local, &MATRICES)
    },
    |layers, region| {
        let crop = crop(layers, region, MATRIX_MARGIN, (260.0, 700.0))?;
        scan(&filters::closed(&crop), Threshold::Local, &[QrCode, DataMatrix])
            .or_else(|| scan(&filters::inverted(&crop), Threshold::Local, &MATRICES))
    },
];

/// A PDF417, also as a mirror shows it: its reader knows no mirrors, unlike those of the others.
fn stacked(crop: &GrayImage) -> Option<Symbol> {
    scan(crop, Threshold::Local, &[Pdf417]).or_else(|| scan(&flip_horizontal(crop), Threshold::Local, &[Pdf417]))
}

/// The region laid upright with a margin, enlarged or reduced to a longer side within the bounds.
fn crop(layers: &Layers, region: &Region, margin: Margin, (least, most): (f32, f32)) -> Option<GrayImage> {
    let more = (region.half.0 * margin.0 + 8.0, region.half.1 * margin.1 + 8.0);
    let (width, height) = (2.0 * (region.half.0 + more.0), 2.0 * (region.half.1 + more.1));
    let longest = width.max(height);
    let factor = if longest < least { (least / longest).min(4.0) } else { (most / longest).min(1.0) };
    let level = (1.0 / factor).log2().max(0.0) as usize;
    let (picture, scale) = layers.level(level);
    let side = |length: f32| (length * factor).round().max(1.0) as u32;
    rectify_grey(picture, &region.quad(more).scaled(1.0 / scale), side(width), side(height))
}
