//! What tells a card from the other rectangles in the world, measured on the photo.

use super::lines::Stretch;
use super::quads::Candidate;
use super::refine::{Side, colour};
use super::shape::{Shape, shape};
use crate::{CARD_ASPECT, Homography, Point, Quad};
use image::RgbImage;

/// The card's own measures in millimetres (ISO/IEC 7810, ID-1), in which places on it are given here.
const WIDTH: f32 = 85.60;
const HEIGHT: f32 = WIDTH / CARD_ASPECT;
/// A card's corners are rounded with 3.18 mm: 0.45 mm inside of the tip lies the table, 2.2 mm inside the card.
const TIP: f32 = 0.45;
const WITHIN: f32 = 2.2;
/// Rows beside an edge at which colours are compared, in mm: not on the edge, not yet on the print.
const BESIDE: [f32; 3] = [0.6, 1.2, 1.8];
/// Places along a side at which colours are compared.
const PLACES: usize = 24;
/// A card whose colours change by so many levels per millimetre and a half is as full of print as any.
const PRINTED: f32 = 20.0;
/// Width ÷ height may be so far from a card's (logarithm), and the angles from right ones (cosine): one phone's focal
/// length taken for another's moves them by about half as much at a tilt of 30°.
const MOST_ASPECT: f32 = 0.045;
const MOST_SKEW: f32 = 0.06;

/// How sure it is that this is a whole card, 0 to 1; nothing when it has not the shape of one.
pub(super) fn support(photo: &RgbImage, candidate: &Candidate, quad: &Quad, sides: &[Side; 4]) -> Option<f32> {
    let (_, Shape { aspect, skew }) = shape(quad, photo.width() as f32, photo.height() as f32)?;
    if aspect.abs() > MOST_ASPECT || skew.abs() > MOST_SKEW {
        return None;
    }
    let card = Card { photo, map: Homography::between(&Quad::of_size(WIDTH, HEIGHT), quad)? };
    let mean = |of: fn(&Stretch) -> f32| candidate.sides.iter().map(of).sum::<f32>() / 4.0;
    let beyond = candidate.beyond.iter().sum::<f32>() / 4.0;
    // The weights follow a logistic regression on 560 candidates in made photos (scripts/photos, seed 7), rounded.
    let evidence = [
        (3.0, card.round_corners()),
        (3.0, card.one_way()),
        (2.0, sides.iter().map(|side| side.agreed).fold(1.0, f32::min)),
        (2.0, mean(|side| side.brighter.abs())),
        (2.0, (1.0 - 2.0 * beyond).max(0.0)),
        (2.0, mean(|side| side.covered)),
        (1.5, (card.print() / PRINTED).min(1.0)),
    ];
    let weights: f32 = evidence.iter().map(|(weight, _)| weight).sum();
    Some(evidence.iter().map(|(weight, share)| weight * share).sum::<f32>() / weights)
}

struct Card<'a> {
    photo: &'a RgbImage,
    /// From millimetres to pixels.
    map: Homography,
}

impl Card<'_> {
    fn at(&self, x: f32, y: f32) -> [f32; 3] {
        let point = self.map.apply(Point::new(x, y));
        colour(self.photo, point.x, point.y)
    }

    /// Share of the corners whose tip looks like the table and not like the card.
    fn round_corners(&self) -> f32 {
        let corners =
            [(0.0, 0.0, 1.0, 1.0), (WIDTH, 0.0, -1.0, 1.0), (WIDTH, HEIGHT, -1.0, -1.0), (0.0, HEIGHT, 1.0, -1.0)];
        let round = corners.iter().filter(|(x, y, right, down)| {
            let inwards = |by: f32| self.at(x + right * by, y + down * by);
            let tip = inwards(TIP);
            distance(tip, inwards(WITHIN)) > distance(tip, inwards(-1.0))
        });
        round.count() as f32 / 4.0
    }

    /// How far the colour changes the same way across all four sides, from card to table: the worst side's cosine.
    fn one_way(&self) -> f32 {
        let steps = [0, 1, 2, 3].map(|side| self.step(side));
        let mean = [0, 1, 2].map(|channel: usize| steps.iter().map(|step| step[channel]).sum::<f32>());
        let cosine = |step: &[f32; 3]| {
            let lengths = distance(*step, [0.0; 3]) * distance(mean, [0.0; 3]);
            if lengths > 1e-3 { (step[0] * mean[0] + step[1] * mean[1] + step[2] * mean[2]) / lengths } else { 0.0 }
        };
        steps.iter().map(cosine).fold(1.0, f32::min).max(0.0)
    }

    /// The colour just inside of a side, less that just outside.
    fn step(&self, side: usize) -> [f32; 3] {
        let mut step = [0.0; 3];
        for place in 0..PLACES {
            let share = 0.08 + 0.84 * (place as f32 + 0.5) / PLACES as f32;
            let point = |inside: f32| match side {
                0 => self.at(WIDTH * share, inside),
                1 => self.at(WIDTH - inside, HEIGHT * share),
                2 => self.at(WIDTH * share, HEIGHT - inside),
                _ => self.at(inside, HEIGHT * share),
            };
            for off in BESIDE {
                let (inner, outer) = (point(off), point(-off));
                (0..3).for_each(|channel| step[channel] += inner[channel] - outer[channel]);
            }
        }
        step.map(|sum| sum / (PLACES * BESIDE.len()) as f32)
    }

    /// How much the colour changes within 1.5 mm on the card, in levels: a blank box is no card.
    fn print(&self) -> f32 {
        let mut sum = 0.0;
        let (columns, rows) = (20, 12);
        for row in 0..rows {
            for column in 0..columns {
                let (x, y) = (5.0 + 75.0 * column as f32 / 19.0, 5.0 + 44.0 * row as f32 / 11.0);
                sum += distance(self.at(x, y), self.at(x + 1.2, y + 0.9));
            }
        }
        sum / (columns * rows) as f32
    }
}

fn distance(a: [f32; 3], b: [f32; 3]) -> f32 {
    ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)).sqrt()
}
