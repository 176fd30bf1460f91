//! What is tried on one region, the cheap and likely first.

use super::layers::Layers;
use super::lines;
use super::regions::Region;
use crate::CodeFormat::{Aztec, DataMatrix, Pdf417, QrCode};
use crate::engine::{Symbol, Threshold, scan};
use crate::geometry::rectify_grey;
use image::GrayImage;

/// Edges all one way: bars, hardly modules.
const BARS: f32 = 0.45;

/// The likely tries: a few milliseconds.
pub(super) fn quick(layers: &Layers, region: &Region) -> Option<Symbol> {
    if region.one_way > BARS {
        lines::read(layers, region, false).or_else(|| stacked(layers, region))
    } else {
        matrix(layers, region)
    }
}

fn stacked(layers: &Layers, region: &Region) -> Option<Symbol> {
    let crop = crop(layers, region, 0.1, (700.0, 1_400.0))?;
    scan(&crop, Threshold::Local, &[Pdf417])
}

fn matrix(layers: &Layers, region: &Region) -> Option<Symbol> {
    let crop = crop(layers, region, 0.18, (260.0, 700.0))?;
    scan(&crop, Threshold::Local, &[QrCode, DataMatrix, Aztec, Pdf417])
}

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
