//! The true shape of a rectangle seen at a slant.

use super::lines::Line;
use crate::{CARD_ASPECT, Point, Quad};

/// Focal length by the longer side of the picture: 26 mm of a 35-mm camera, as the main lens of nearly every phone.
const FOCAL: f64 = 0.75;

/// A card is tilted by less than this (cosine of 40°).
const STEEPEST: f64 = 0.766;

/// How far a quad is from showing a card.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// Natural logarithm of width ÷ height by that of a card: 0.05 is 5 % too wide.
    pub(super) aspect: f32,
    /// Cosine of the angle between the sides in space.
    pub(super) skew: f32,
}

/// The corner that must come first so that the long side is the first one, and the shape then.
///
/// Zhang and He 2007, "Whiteboard scanning and image enhancement", section 4: with a known focal length four corners
/// give the ratio of the sides and the angle between them.
pub(super) fn shape(quad: &Quad, width: f32, height: f32) -> Option<(usize, Shape)> {
    let lens = Lens::of(width, height);
    let [m1, m2, m4, m3] = quad.0.map(|corner| lens.ray(corner));
    let k2 = dot(cross(m1, m4), m3) / nonzero(dot(cross(m2, m4), m3))?;
    let k3 = dot(cross(m1, m4), m2) / nonzero(dot(cross(m3, m4), m2))?;
    let across = [0, 1, 2].map(|at| k2 * m2[at] - m1[at]);
    let down = [0, 1, 2].map(|at| k3 * m3[at] - m1[at]);
    let (wide, tall) = (dot(across, across).sqrt(), dot(down, down).sqrt());
    let ratio = wide / nonzero(tall)?;
    let skew = (dot(across, down) / nonzero(wide * tall)?) as f32;
    let card = f64::from(CARD_ASPECT);
    let (turn, aspect) = if ratio >= 1.0 { (0, ratio / card) } else { (1, 1.0 / nonzero(ratio)? / card) };
    Some((turn, Shape { aspect: aspect.ln() as f32, skew }))
}

/// The card that lies clockwise of one of its sides, from corner to corner, and goes on along two lines from there: the
/// corners, the given ones first. Nothing when it would be tilted more than anybody holds a phone.
///
/// In space the two lines run the same way, and the side is square to them: that leaves only its length.
pub(super) fn continued(
    [p, q]: [Point; 2],
    [from_p, from_q]: [&Line; 2],
    is_long: bool,
    (width, height): (f32, f32),
) -> Option<Quad> {
    let lens = Lens::of(width, height);
    let plane_of =
        |line: &Line, at: Point| cross(lens.ray(at), lens.ray(line.point(line.along(at) + lens.focal as f32)));
    let (ray_p, ray_q) = (lens.ray(p), lens.ray(q));
    let down = unit(cross(plane_of(from_p, p), plane_of(from_q, q)))?;
    let across = unit(cross(cross(ray_p, ray_q), down))?;
    if cross(across, down)[2].abs() < STEEPEST {
        return None;
    }
    // p at the distance 1, q where the side's direction meets its ray
    let (moment, turn) = (cross(ray_p, ray_q), cross(across, ray_q));
    let length = -dot(moment, turn) / nonzero(dot(turn, turn))?;
    let card = f64::from(CARD_ASPECT);
    let away = length.abs() * if is_long { 1.0 / card } else { card };
    [away, -away].into_iter().find_map(|away| {
        let corner = |along: f64| lens.seen([0, 1, 2].map(|at| ray_p[at] + along * across[at] + away * down[at]));
        let quad = Quad([p, q, corner(length)?, corner(0.0)?]);
        (quad.area() > 0.0).then_some(quad)
    })
}

/// A lens that looks straight at the middle of the picture.
struct Lens {
    /// In pixels.
    focal: f64,
    middle: (f64, f64),
}

impl Lens {
    fn of(width: f32, height: f32) -> Self {
        Lens { focal: FOCAL * f64::from(width.max(height)), middle: (f64::from(width) / 2.0, f64::from(height) / 2.0) }
    }

    /// The direction in which a point is seen.
    fn ray(&self, point: Point) -> [f64; 3] {
        [(f64::from(point.x) - self.middle.0) / self.focal, (f64::from(point.y) - self.middle.1) / self.focal, 1.0]
    }

    /// Where a place in space is seen, when it lies well before the lens.
    fn seen(&self, [x, y, z]: [f64; 3]) -> Option<Point> {
        let (x, y) = (x / z * self.focal + self.middle.0, y / z * self.focal + self.middle.1);
        (z > 0.1).then(|| Point::new(x as f32, y as f32))
    }
}

fn unit(vector: [f64; 3]) -> Option<[f64; 3]> {
    let length = nonzero(dot(vector, vector).sqrt())?;
    Some(vector.map(|part| part / length))
}

fn nonzero(value: f64) -> Option<f64> {
    (value.abs() > 1e-9 && value.is_finite()).then_some(value)
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
