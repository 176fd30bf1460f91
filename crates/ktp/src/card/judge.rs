//! What tells a card from the other rectangles in the world, measured on the photo.

use super::lines::Stretch;
use super::refine::{Side, colour};
use super::shape::{Shape, shape};
use crate::geometry::CARD_WIDTH_MM;
use crate::{CARD_ASPECT, Homography, Point, Quad};
use image::RgbImage;

/// The card's own measures in millimetres, in which places on it are given here.
const WIDTH: f32 = CARD_WIDTH_MM;
const HEIGHT: f32 = WIDTH / CARD_ASPECT;
/// A card's corners are rounded with 3.18 mm: 0.45 mm inside of the tip lies the table, 2.2 mm inside the card.
const TIP: f32 = 0.45;
const WITHIN: f32 = 2.2;
/// Rows beside an edge at which colours are compared, in mm: not on the edge, not yet on the print.
const BESIDE: [f32; 3] = [0.6, 1.2, 1.8];
/// Places along a side at which colours are compared.
const PLACES: usize = 24;
/// Comparisons that a side needs to say anything: three places.
const LEAST_PLACES: usize = 9;
/// A card whose colours change by so many levels per millimetre and a half is as full of print as any.
const PRINTED: f32 = 20.0;
/// Width ÷ height may be so far from a card's (logarithm), and the angles from right ones (cosine): one phone's focal
/// length taken for another's moves them by about half as much at a tilt of 30°.
const MOST_ASPECT: f32 = 0.045;
const MOST_SKEW: f32 = 0.06;

/// Whether a quad in a photo of this size has the shape of a whole card.
pub(super) fn is_card_shaped(quad: &Quad, width: f32, height: f32) -> bool {
    shape(quad, width, height)
        .is_some_and(|(_, Shape { aspect, skew })| aspect.abs() <= MOST_ASPECT && skew.abs() <= MOST_SKEW)
}

/// What is known of a card's sides, of those that are seen: all four, or three when it is cut off.
pub(super) struct Evidence<'a> {
    /// Edges along them.
    pub(super) seen: &'a [Stretch],
    /// Share of each line that goes on behind the corners.
    pub(super) beyond: &'a [f32],
    /// The lines that were measured.
    pub(super) sides: &'a [Side],
}

/// How sure it is that a card lies in a quad whose first side is a long one, 0 to 1; nothing when the quad has no area.
pub(super) fn support(photo: &RgbImage, quad: &Quad, evidence: &Evidence) -> Option<f32> {
    let card = Card { photo, map: Homography::between(&Quad::of_size(WIDTH, HEIGHT), quad)? };
    let mean = |of: fn(&Stretch) -> f32| evidence.seen.iter().map(of).sum::<f32>() / evidence.seen.len() as f32;
    let beyond = evidence.beyond.iter().sum::<f32>() / evidence.beyond.len() as f32;
    // The weights follow a logistic regression on 560 candidates in made photos (scripts/photos, seed 7), rounded.
    let shares = [
        (3.0, card.round_corners()),
        (3.0, card.one_way()),
        (2.0, evidence.sides.iter().map(|side| side.agreed).fold(1.0, f32::min)),
        (2.0, mean(|side| side.brighter.abs())),
        (2.0, (1.0 - 2.0 * beyond).max(0.0)),
        (2.0, mean(|side| side.covered)),
        (1.5, (card.print() / PRINTED).min(1.0)),
    ];
    let weights: f32 = shares.iter().map(|(weight, _)| weight).sum();
    Some(shares.iter().map(|(weight, share)| weight * share).sum::<f32>() / weights)
}

struct Card<'a> {
    photo: &'a RgbImage,
    /// From millimetres to pixels.
    map: Homography,
}

impl Card<'_> {
    /// The colour at a place in millimetres, if the photo shows it.
    fn at(&self, x: f32, y: f32) -> Option<[f32; 3]> {
        let point = self.map.apply(Point::new(x, y));
        let (width, height) = (self.photo.width() as f32, self.photo.height() as f32);
        let is_shown = point.x >= 0.0 && point.y >= 0.0 && point.x <= width && point.y <= height;
        is_shown.then(|| colour(self.photo, point.x, point.y))
    }

    /// Share of the corners whose tip looks like the table and not like the card.
    fn round_corners(&self) -> f32 {
        let corners =
            [(0.0, 0.0, 1.0, 1.0), (WIDTH, 0.0, -1.0, 1.0), (WIDTH, HEIGHT, -1.0, -1.0), (0.0, HEIGHT, 1.0, -1.0)];
        let round = corners.iter().filter_map(|(x, y, right, down)| {
            let inwards = |by: f32| self.at(x + right * by, y + down * by);
            let tip = inwards(TIP)?;
            Some(distance(tip, inwards(WITHIN)?) > distance(tip, inwards(-1.0)?))
        });
        share(round)
    }

    /// How far the colour changes the same way across all four sides, from card to table: the worst side's cosine.
    fn one_way(&self) -> f32 {
        let steps: Vec<[f32; 3]> = (0..4).filter_map(|side| self.step(side)).collect();
        let mean = [0, 1, 2].map(|channel: usize| steps.iter().map(|step| step[channel]).sum::<f32>());
        let cosine = |step: &[f32; 3]| {
            let lengths = distance(*step, [0.0; 3]) * distance(mean, [0.0; 3]);
            if lengths > 1e-3 { (step[0] * mean[0] + step[1] * mean[1] + step[2] * mean[2]) / lengths } else { 0.0 }
        };
        steps.iter().map(cosine).fold(1.0, f32::min).max(0.0)
    }

    /// The colour just inside of a side, less that just outside; nothing when too little of the side is seen.
    fn step(&self, side: usize) -> Option<[f32; 3]> {
        let (mut step, mut places) = ([0.0; 3], 0);
        for place in 0..PLACES {
            let share = 0.08 + 0.84 * (place as f32 + 0.5) / PLACES as f32;
            let point = |inside: f32| match side {
                0 => self.at(WIDTH * share, inside),
                1 => self.at(WIDTH - inside, HEIGHT * share),
                2 => self.at(WIDTH * share, HEIGHT - inside),
                _ => self.at(inside, HEIGHT * share),
            };
            for off in BESIDE {
                let (Some(inner), Some(outer)) = (point(off), point(-off)) else { continue };
                (0..3).for_each(|channel| step[channel] += inner[channel] - outer[channel]);
                places += 1;
            }
        }
        (places >= LEAST_PLACES).then(|| step.map(|sum| sum / places as f32))
    }

    /// How much the colour changes within 1.5 mm on the card, in levels: a blank box is no card.
    fn print(&self) -> f32 {
        let (mut sum, mut count) = (0.0, 0);
        let (columns, rows) = (20, 12);
        for row in 0..rows {
            for column in 0..columns {
                let (x, y) = (5.0 + 75.0 * column as f32 / 19.0, 5.0 + 44.0 * row as f32 / 11.0);
                if let (Some(here), Some(beside)) = (self.at(x, y), self.at(x + 1.2, y + 0.9)) {
                    sum += distance(here, beside);
                    count += 1;
                }
            }
        }
        sum / count.max(1) as f32
    }
}

fn distance(a: [f32; 3], b: [f32; 3]) -> f32 {
    ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)).sqrt()
}

/// Share of what is true; 0 of nothing.
fn share(all: impl Iterator<Item = bool>) -> f32 {
    let (mut yes, mut count) = (0, 0);
    for is_true in all {
        yes += usize::from(is_true);
        count += 1;
    }
    yes as f32 / count.max(1) as f32
}
