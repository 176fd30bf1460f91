//! A card that goes on beyond the photo's border: one whole side, and the two next to it as far as they are seen.

use super::judge::{Evidence, support};
use super::lines::Seen;
use super::quads::{Frame, OPPOSITE, SHORTEST, behind, beyond, cosine, side};
use super::refine::measured;
use super::shape::continued;
use crate::{Point, Quad};
use image::RgbImage;

/// Three sides prove less than four, so more of each must be seen than of a whole card's.
const COVERED: f32 = 0.55;
/// A whole side that goes on behind its corners is a seam or a shelf.
const MOST_BEYOND: f32 = 0.4;
/// So much of the sides next to the whole one must be seen, by its length: less is a corner of anything.
const LEAST_SEEN: f32 = 0.15;
/// How far outside of the picture a corner must lie, by its longer side: lines are a little off.
const OUTSIDE: f32 = 0.006;

/// How sure it is that a card lies across the photo's border, 0 to 1.
///
/// `lines` and `frame` are those of a copy of which a pixel is `scale` pixels of the photo; in these, lines may be `reach`
/// off.
pub(super) fn cut_off(photo: &RgbImage, lines: &[Seen], frame: &Frame, scale: f32, reach: f32) -> f32 {
    let mut best = 0.0;
    for whole in lines {
        let crossed: Vec<(&Seen, Point)> =
            lines.iter().filter_map(|line| Some((line, frame.corner(&whole.line, &line.line)?))).collect();
        for &(before, p) in &crossed {
            for &(after, q) in &crossed {
                let is_side = p.distance(q) >= SHORTEST
                    && cosine(&before.line, &after.line) >= OPPOSITE
                    && side(whole, p, q).covered >= COVERED
                    && beyond(whole, p, q) <= MOST_BEYOND;
                if is_side {
                    let open = Open { lines: [whole, before, after], corners: [p, q], photo, frame, scale, reach };
                    best = [true, false].into_iter().filter_map(|is_long| open.sureness(is_long)).fold(best, f32::max);
                }
            }
        }
    }
    best
}

/// Three lines that could be a card's sides, the whole one first, and the two corners between them.
struct Open<'a> {
    lines: [&'a Seen; 3],
    corners: [Point; 2],
    photo: &'a RgbImage,
    frame: &'a Frame,
    scale: f32,
    reach: f32,
}

impl Open<'_> {
    /// How sure it is that a card lies there clockwise of its whole side, which is a long or a short one.
    fn sureness(&self, is_long: bool) -> Option<f32> {
        let [whole, before, after] = self.lines;
        let [p, q] = self.corners;
        let Quad([_, _, after_q, after_p]) =
            continued(self.corners, [&before.line, &after.line], is_long, self.frame.size)?;
        let least = OUTSIDE * self.frame.longer();
        if self.frame.outside(after_q).max(self.frame.outside(after_p)) < least {
            return None;
        }
        let ends = [(p, q), (p, self.frame.exit(p, after_p)), (q, self.frame.exit(q, after_q))];
        let seen = [0, 1, 2].map(|at| side(self.lines[at], ends[at].0, ends[at].1));
        let is_seen =
            |at: usize| seen[at].covered >= COVERED && ends[at].0.distance(ends[at].1) >= LEAST_SEEN * p.distance(q);
        if !(is_seen(1) && is_seen(2)) {
            return None;
        }
        let beyond = [beyond(whole, p, q), behind(before, after_p, p), behind(after, after_q, q)];
        let sides =
            ends.map(|(from, to)| measured(self.photo, from.scaled(self.scale), to.scaled(self.scale), self.reach));
        let [p, q] = [&sides[1].line, &sides[2].line].map(|next| sides[0].line.crossing(next));
        let size = (self.photo.width() as f32, self.photo.height() as f32);
        let card = continued([p?, q?], [&sides[1].line, &sides[2].line], is_long, size)?;
        let card = if is_long { card } else { card.quarter_turned() };
        support(self.photo, &card, &Evidence { seen: &seen, beyond: &beyond, sides: &sides })
    }
}
