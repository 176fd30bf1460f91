//! What tells a card from other rectangles, measured on the photo.

use super::quads::Candidate;
use super::refine::{Side, colour};
use super::shape::shape;
use crate::{Homography, Point, Quad};
use image::RgbImage;

/// debugging
pub(super) fn features(photo: &RgbImage, candidate: &Candidate, quad: &Quad, sides: &[Side; 4], moved: f32) -> Option<Vec<f32>> {
    let (width, height) = (photo.width() as f32, photo.height() as f32);
    let (turn, shape) = shape(quad, width, height)?;
    let lengths = quad.sides();
    let round = lengths.iter().sum::<f32>();
    let mut covered = candidate.sides.map(|side| side.covered);
    let seen = covered.iter().zip(lengths).map(|(c, l)| c * l).sum::<f32>() / round;
    covered.sort_by(f32::total_cmp);
    let mut beyond = candidate.beyond;
    beyond.sort_by(f32::total_cmp);
    let mut agreed = sides.map(|side| side.agreed);
    agreed.sort_by(f32::total_cmp);
    let mut contrast = sides.map(|side| side.contrast);
    contrast.sort_by(f32::total_cmp);
    let polarity = candidate.sides.iter().map(|s| s.brighter.abs()).sum::<f32>() / 4.0;
    let strength = candidate.sides.iter().map(|s| s.strength).sum::<f32>() / 4.0;
    // colours just inside and outside of each side
    let map = Homography::between(&Quad::of_size(85.6, 53.98), quad)?;
    let at = |x: f32, y: f32| { let p = map.apply(Point::new(x, y)); colour(photo, p.x, p.y) };
    let mut rows = Vec::new();
    for side in 0..4 {
        let (mut inner, mut outer) = ([0.0; 3], [0.0; 3]);
        let (mut inner2, mut outer2) = (0.0, 0.0);
        let n = 24;
        for place in 0..n {
            let share = 0.08 + 0.84 * (place as f32 + 0.5) / n as f32;
            let point = |off: f32| match side {
                0 => at(85.6 * share, off),
                1 => at(85.6 - off, 53.98 * share),
                2 => at(85.6 * share, 53.98 - off),
                _ => at(off, 53.98 * share),
            };
            for off in [0.6, 1.2, 1.8] {
                let (a, b) = (point(off), point(-off));
                for c in 0..3 { inner[c] += a[c] / (n * 3) as f32; outer[c] += b[c] / (n * 3) as f32; inner2 += a[c] * a[c] / (n * 9) as f32; outer2 += b[c] * b[c] / (n * 9) as f32; }
            }
        }
        let vi = (inner2 - inner.iter().map(|v| v * v).sum::<f32>() / 3.0).max(0.0).sqrt();
        let vo = (outer2 - outer.iter().map(|v| v * v).sum::<f32>() / 3.0).max(0.0).sqrt();
        rows.push((inner, outer, vi, vo));
    }
    let dist = |a: [f32; 3], b: [f32; 3]| ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)).sqrt();
    let mean = |f: &dyn Fn(usize) -> [f32; 3]| { let mut m = [0.0; 3]; for s in 0..4 { let v = f(s); for c in 0..3 { m[c] += v[c] / 4.0 } } m };
    let mi = mean(&|s| rows[s].0);
    let mo = mean(&|s| rows[s].1);
    let spread_in = (0..4).map(|s| dist(rows[s].0, mi)).sum::<f32>() / 4.0;
    let spread_out = (0..4).map(|s| dist(rows[s].1, mo)).sum::<f32>() / 4.0;
    let step = (0..4).map(|s| dist(rows[s].0, rows[s].1)).fold(f32::MAX, f32::min);
    let vi = rows.iter().map(|r| r.2).sum::<f32>() / 4.0;
    let vo = rows.iter().map(|r| r.3).sum::<f32>() / 4.0;
    let agree_dir = (0..4).map(|s| { let d = [0,1,2].map(|c: usize| rows[s].0[c]-rows[s].1[c]); let m = [0,1,2].map(|c: usize| mi[c]-mo[c]); let dot = d[0]*m[0]+d[1]*m[1]+d[2]*m[2]; let l = dist(d,[0.0;3])*dist(m,[0.0;3]); if l > 1e-3 { dot / l } else { 0.0 } }).fold(1.0, f32::min);
    // the corners: rounded, so the very corner looks like outside
    let mut corner_out = 0.0;
    for (x, y, sx, sy) in [(0.0, 0.0, 1.0, 1.0), (85.6, 0.0, -1.0, 1.0), (85.6, 53.98, -1.0, -1.0), (0.0, 53.98, 1.0, -1.0)] {
        let tip = at(x + sx * 0.45, y + sy * 0.45);
        let outside = at(x - sx * 1.0, y - sy * 1.0);
        let inside = at(x + sx * 2.2, y + sy * 2.2);
        let (o, i) = (dist(tip, outside), dist(tip, inside));
        corner_out += if i > o { 0.25 } else { 0.0 };
    }
    // texture inside
    let mut texture = 0.0;
    let mut var = [0.0f32; 2];
    for row in 0..12 { for col in 0..20 {
        let (x, y) = (5.0 + 75.0 * col as f32 / 19.0, 5.0 + 44.0 * row as f32 / 11.0);
        let (a, b) = (at(x, y), at(x + 1.2, y + 0.9));
        texture += dist(a, b) / 240.0;
        let g = (a[0]+a[1]+a[2]) / 3.0; var[0] += g / 240.0; var[1] += g * g / 240.0;
    }}
    let sd = (var[1] - var[0] * var[0]).max(0.0).sqrt();
    Some(vec![turn as f32, shape.aspect, shape.skew, seen, covered[0], covered[1], beyond[3], beyond.iter().sum::<f32>() / 4.0, agreed[0], agreed[1], agreed.iter().sum::<f32>() / 4.0,
        contrast[0], contrast.iter().sum::<f32>() / 4.0, polarity, strength, round / (width + height), moved, candidate.score, spread_in, spread_out, step, vi, vo, agree_dir, corner_out, texture, sd, dist(mi, mo)])
}
