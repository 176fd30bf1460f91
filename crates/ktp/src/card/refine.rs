//! The sides of a card, measured on the photo itself.

use super::lines::Line;
use crate::{Point, Quad};
use image::RgbImage;

/// Places along each side where the edge is measured.
const PLACES: usize = 56;
/// Parts of a side that are not measured, at each end: rounded corners.
const CORNER: f32 = 0.08;
/// Half the width, in pixels, of the colours compared across the edge.
const ARM: f32 = 1.5;
/// An edge weaker than this, in levels of 255 of one channel, is grain.
const FAINTEST: f32 = 8.0;

/// A side after measuring.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    pub(super) line: Line,
    /// Share of the places that agree on the line.
    pub(super) agreed: f32,
}

/// The quad moved to where the edges are, looking first `reach` pixels around it and then nearer.
pub(super) fn refined(photo: &RgbImage, quad: &Quad, reach: f32) -> Option<(Quad, [Side; 4])> {
    let mut quad = *quad;
    let mut sides = None;
    for reach in [reach, (reach * 0.4).max(2.5)] {
        let mut lines = [Side { line: Line::through(quad.0[0], quad.0[1]), agreed: 0.0 }; 4];
        for (at, side) in lines.iter_mut().enumerate() {
            *side = measured(photo, quad.0[at], quad.0[(at + 1) % 4], reach);
        }
        let corner = |at: usize| lines[(at + 3) % 4].line.crossing(&lines[at].line);
        quad = Quad([corner(0)?, corner(1)?, corner(2)?, corner(3)?]);
        sides = Some(lines);
    }
    sides.map(|sides| (quad, sides))
}

/// The edge between two corners, looked for `reach` pixels around.
pub(super) fn measured(photo: &RgbImage, from: Point, to: Point, reach: f32) -> Side {
    let start = Line::through(from, to);
    let [nx, ny] = start.normal;
    let steps = reach.ceil() as i32;
    let mut peaks: Vec<(f32, f32, f32)> = Vec::with_capacity(PLACES);
    let mut profile: Vec<f32> = Vec::with_capacity(steps as usize * 2 + 1);
    for place in 0..PLACES {
        let share = CORNER + (1.0 - 2.0 * CORNER) * (place as f32 + 0.5) / PLACES as f32;
        let (x, y) = (from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share);
        profile.clear();
        profile
            .extend((-steps..=steps).map(|step| change(photo, x + nx * step as f32, y + ny * step as f32, [nx, ny])));
        let along = start.along(Point::new(x, y));
        // every local peak, as the strongest may be print beside the edge
        for at in 1..profile.len() - 1 {
            let [before, here, after] = [profile[at - 1], profile[at], profile[at + 1]];
            if here >= FAINTEST && here >= before && here > after {
                let bend = before - 2.0 * here + after;
                let shift = if bend < -1e-6 { 0.5 * (before - after) / bend } else { 0.0 };
                peaks.push((along, at as f32 - steps as f32 + shift, here));
            }
        }
    }
    fitted(&start, &peaks, start.along(to) - start.along(from), reach)
}

/// The line on which most strength lies: offset = a + b · along, found by trying pairs of peaks, then least squares.
fn fitted(start: &Line, peaks: &[(f32, f32, f32)], length: f32, reach: f32) -> Side {
    let unchanged = Side { line: *start, agreed: 0.0 };
    let Some(&(origin, ..)) = peaks.first() else { return unchanged };
    let near = 1.2_f32.max(reach * 0.15);
    let weight = |strength: f32| strength.min(60.0);
    let mut best: Option<(f32, f32, f32)> = None;
    let quarter = peaks.len() / 4;
    for (index, &(t0, d0, _)) in peaks.iter().enumerate().step_by(1 + peaks.len() / 40) {
        for &(t1, d1, _) in peaks.iter().skip(index + 1 + quarter).step_by(1 + peaks.len() / 40) {
            if (t1 - t0).abs() < length.abs() * 0.3 {
                continue;
            }
            let slope = (d1 - d0) / (t1 - t0);
            if slope.abs() * length.abs() > 2.0 * reach {
                continue;
            }
            let score: f32 = peaks
                .iter()
                .map(|&(t, d, strength)| {
                    let off = (d - d0 - slope * (t - t0)).abs();
                    if off < near { weight(strength) * (1.0 - off / near) } else { 0.0 }
                })
                .sum();
            if best.is_none_or(|(most, ..)| score > most) {
                best = Some((score, d0 - slope * (t0 - origin), slope));
            }
        }
    }
    let Some((_, mut offset, mut slope)) = best else { return unchanged };
    let mut agreed = 0.0;
    for near in [near, near * 0.7, near * 0.7] {
        let (mut w, mut t1, mut d1, mut tt, mut td) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
        let mut count = 0.0;
        for &(t, d, strength) in peaks {
            let t = t - origin;
            if (d - offset - slope * t).abs() < near {
                let weight = f64::from(weight(strength));
                w += weight;
                t1 += weight * f64::from(t);
                d1 += weight * f64::from(d);
                tt += weight * f64::from(t * t);
                td += weight * f64::from(t * d);
                count += 1.0;
            }
        }
        let det = w * tt - t1 * t1;
        if det <= 1e-6 {
            return unchanged;
        }
        slope = ((w * td - t1 * d1) / det) as f32;
        offset = ((d1 * tt - t1 * td) / det) as f32;
        agreed = count / PLACES as f32;
    }
    let at = |along: f32| {
        let point = start.point(along);
        let shift = offset + slope * (along - origin);
        Point::new(point.x + start.normal[0] * shift, point.y + start.normal[1] * shift)
    };
    Side { line: Line::through(at(origin), at(origin + length)), agreed: agreed.min(1.0) }
}

/// The largest change of a channel across a point, each side averaged over three points along the edge.
fn change(photo: &RgbImage, x: f32, y: f32, [nx, ny]: [f32; 2]) -> f32 {
    let mut sums = [0.0; 3];
    for along in [-1.5, 0.0, 1.5] {
        let (x, y) = (x - ny * along, y + nx * along);
        let (inner, outer) = (colour(photo, x - nx * ARM, y - ny * ARM), colour(photo, x + nx * ARM, y + ny * ARM));
        (0..3).for_each(|channel| sums[channel] += outer[channel] - inner[channel]);
    }
    sums.iter().map(|sum| sum.abs() / 3.0).fold(0.0, f32::max)
}

/// Bilinear; the border repeats.
pub(super) fn colour(photo: &RgbImage, x: f32, y: f32) -> [f32; 3] {
    let (right, below) = ((photo.width() - 1) as f32, (photo.height() - 1) as f32);
    let (x, y) = ((x - 0.5).clamp(0.0, right), (y - 0.5).clamp(0.0, below));
    let (left, top) = (x as u32, y as u32);
    let (next, down) = ((left + 1).min(right as u32), (top + 1).min(below as u32));
    let (a, b) = (x - left as f32, y - top as f32);
    let [nw, ne, sw, se] =
        [(left, top), (next, top), (left, down), (next, down)].map(|(x, y)| photo.get_pixel(x, y).0.map(f32::from));
    [0, 1, 2].map(|at: usize| {
        let (upper, lower) = (nw[at] + (ne[at] - nw[at]) * a, sw[at] + (se[at] - sw[at]) * a);
        upper + (lower - upper) * b
    })
}
