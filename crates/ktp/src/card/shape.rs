//! The true shape of a rectangle seen at a slant.

use crate::{CARD_ASPECT, Quad};

/// Focal length by the longer side of the picture: 26 mm of a 35-mm camera, as the main lens of nearly every phone.
const FOCAL: f64 = 0.75;

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
    let focal = FOCAL * f64::from(width.max(height));
    let (cx, cy) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    // rays to the corners
    let [m1, m2, m4, m3] =
        quad.0.map(|corner| [(f64::from(corner.x) - cx) / focal, (f64::from(corner.y) - cy) / focal, 1.0]);
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

fn nonzero(value: f64) -> Option<f64> {
    (value.abs() > 1e-9 && value.is_finite()).then_some(value)
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
