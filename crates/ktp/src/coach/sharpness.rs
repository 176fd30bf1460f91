//! How far the strokes of the print are smeared, and in which direction.

use super::view::{Plane, percentile};

/// Edges are sorted by the direction across them into bins of 22.5°.
const DIRECTIONS: usize = 8;
/// The plane is softened by this many pixels before its edges are measured, so that noise does not pass for edges.
const NEAR: f32 = 1.0;
/// And by this many for comparison: the steps of a sharp edge fall much, those of a smeared one little.
const FAR: f32 = 2.236;
/// The strongest of each direction speak for it, the rest is paper and noise.
const STRONGEST: f32 = 0.96;
/// A direction whose strong edges are weaker than this share of the card's has no strokes of its own.
const FAINT: f32 = 0.2;
/// Fewer edges than this prove nothing.
const FEWEST: usize = 40;
/// The widest smear that is told apart, in pixels.
const WIDEST: f32 = 12.0;

/// Standard deviations of the smear, in pixels of the plane, in the sharpest and the softest direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Smear {
    pub(super) least: f32,
    pub(super) most: f32,
}

/// The smear of a plane's strong edges; nothing when it has none.
///
/// An edge of smear s, softened by a further σ, has a slope in proportion to 1 / √(s² + σ²): the ratio of the slopes
/// at two σ gives s, whatever the contrast and however many edges there are.
pub(super) fn smear(plane: &Plane) -> Option<Smear> {
    let (width, height) = (plane.width, plane.height);
    if width < 16 || height < 16 {
        return None;
    }
    let near = softened(&plane.values, width, height, NEAR);
    let far = softened(&near, width, height, (FAR * FAR - NEAR * NEAR).sqrt());
    let mut edges: [Vec<(f32, f32)>; DIRECTIONS] = Default::default();
    let margin = 6;
    for row in margin..height - margin {
        for column in margin..width - margin {
            let at = row * width + column;
            let (across, down) = (far[at + 1] - far[at - 1], far[at + width] - far[at - width]);
            let slope = across.hypot(down);
            if slope < 1.0 {
                continue;
            }
            let steep = ((near[at + 1] - near[at - 1]) * across + (near[at + width] - near[at - width]) * down) / slope;
            edges[direction(across, down)].push((slope, steep / slope));
        }
    }
    let strength = |edges: &[(f32, f32)], share| percentile(&mut slopes(edges), share);
    let all: Vec<f32> = edges.iter().map(|edges| strength(edges, STRONGEST)).collect();
    let faint = FAINT * all.iter().copied().fold(0.0, f32::max);
    let mut smears: Vec<f32> = edges
        .iter()
        .zip(&all)
        .filter(|(edges, strong)| **strong > faint && edges.len() as f32 * (1.0 - STRONGEST) > FEWEST as f32)
        .map(|(edges, &strong)| {
            let mut ratios: Vec<f32> =
                edges.iter().filter(|(slope, _)| *slope >= strong).map(|(_, ratio)| *ratio).collect();
            smear_of(percentile(&mut ratios, 0.5))
        })
        .collect();
    smears.sort_by(f32::total_cmp);
    Some(Smear { least: *smears.first()?, most: *smears.last()? })
}

fn slopes(edges: &[(f32, f32)]) -> Vec<f32> {
    edges.iter().map(|(slope, _)| *slope).collect()
}

/// The bin of the direction across an edge; light to dark and dark to light are the same.
fn direction(across: f32, down: f32) -> usize {
    let turn = down.atan2(across) / std::f32::consts::PI + 1.0 + 0.5 / DIRECTIONS as f32;
    (turn * DIRECTIONS as f32) as usize % DIRECTIONS
}

fn smear_of(ratio: f32) -> f32 {
    let square = ratio * ratio;
    if square <= 1.0 {
        return WIDEST;
    }
    ((FAR * FAR - square * NEAR * NEAR) / (square - 1.0)).max(0.0).sqrt().min(WIDEST)
}

/// Gauss, both ways.
fn softened(values: &[f32], width: usize, height: usize, sigma: f32) -> Vec<f32> {
    let reach = (3.0 * sigma).ceil() as usize;
    let mut weights: Vec<f32> = (0..=reach).map(|at| (-((at * at) as f32) / (2.0 * sigma * sigma)).exp()).collect();
    let sum = weights[0] + 2.0 * weights[1..].iter().sum::<f32>();
    weights.iter_mut().for_each(|weight| *weight /= sum);
    let mut across = Vec::with_capacity(values.len());
    let mut padded = vec![0.0; width + 2 * reach];
    for row in values.chunks_exact(width) {
        padded[..reach].fill(row[0]);
        padded[reach..reach + width].copy_from_slice(row);
        padded[reach + width..].fill(row[width - 1]);
        across.extend((reach..reach + width).map(|at| {
            (1..=reach).fold(weights[0] * padded[at], |sum, step| {
                sum + weights[step] * (padded[at - step] + padded[at + step])
            })
        }));
    }
    let line = |row: usize| &across[row * width..(row + 1) * width];
    let mut out = Vec::with_capacity(values.len());
    for row in 0..height {
        let start = out.len();
        out.extend(line(row).iter().map(|value| value * weights[0]));
        for (step, weight) in weights.iter().enumerate().skip(1) {
            let (above, below) = (line(row.saturating_sub(step)), line((row + step).min(height - 1)));
            let sums = out[start..].iter_mut().zip(above.iter().zip(below));
            sums.for_each(|(sum, (a, b))| *sum += weight * (a + b));
        }
    }
    out
}
