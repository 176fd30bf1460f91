//! What is tried on one region, the cheap and likely first.

use super::layers::Layers;
use super::regions::Region;
use super::{filters, lines};
use crate::CodeFormat::{self, Aztec, DataMatrix, Pdf417, QrCode};
use crate::engine::{Symbol, Threshold, scan};
use crate::geometry::rectify_grey;
use image::GrayImage;

/// Edges all one way: bars, hardly modules.
const BARS: f32 = 0.45;
/// Edges equally both ways: modules, no bars.
const MODULES: f32 = 0.3;
const MATRICES: [CodeFormat; 3] = [QrCode, DataMatrix, Aztec];

/// The likely tries: a few milliseconds.
pub(super) fn quick(layers: &Layers, region: &Region) -> Option<Symbol> {
    let bars = || lines::read(layers, region, false);
    let stacked = || scan(&crop(layers, region, 0.1, (700.0, 1_400.0))?, Threshold::Local, &[Pdf417]);
    let matrix = || scan(&crop(layers, region, 0.18, (260.0, 700.0))?, Threshold::Local, &MATRICES);
    if region.one_way > BARS {
        bars().or_else(stacked)
    } else if region.one_way > MODULES {
        matrix().or_else(stacked).or_else(bars)
    } else {
        matrix().or_else(stacked)
    }
}

/// The other tries, by number; nothing behind the last one.
pub(super) const THOROUGH: [fn(&Layers, &Region) -> Option<Symbol>; 4] = [
    |layers, region| lines::read(layers, region, true),
    |layers, region| {
        let crop = filters::sharpened(&crop(layers, region, 0.1, (1_000.0, 1_800.0))?);
        scan(&crop, Threshold::Local, &[Pdf417])
    },
    |layers, region| {
        let crop = crop(layers, region, 0.18, (420.0, 900.0))?;
        let sharp = filters::sharpened(&crop);
        scan(&sharp, Threshold::Local, &MATRICES).or_else(|| scan(&sharp, Threshold::Global, &MATRICES))
    },
    |layers, region| {
        let crop = crop(layers, region, 0.18, (260.0, 700.0))?;
        scan(&filters::closed(&crop), Threshold::Local, &[QrCode, DataMatrix])
            .or_else(|| scan(&filters::inverted(&crop), Threshold::Local, &MATRICES))
    },
];

/// The region laid upright with a margin, a part of its size, enlarged or reduced to a longer side within the bounds.
fn crop(layers: &Layers, region: &Region, margin: f32, (least, most): (f32, f32)) -> Option<GrayImage> {
    let more = region.half.0.max(region.half.1) * margin + 8.0;
    let (width, height) = (2.0 * (region.half.0 + more), 2.0 * (region.half.1 + more));
    let longest = width.max(height);
    let factor = if longest < least { (least / longest).min(4.0) } else { (most / longest).min(1.0) };
    let level = (1.0 / factor).log2().max(0.0) as usize;
    let (picture, scale) = layers.level(level);
    let side = |length: f32| (length * factor).round().max(1.0) as u32;
    rectify_grey(picture, &region.quad((more, more)).scaled(1.0 / scale), side(width), side(height))
}
