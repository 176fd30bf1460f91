//! Four lines to a card.

use super::lines::{Line, Seen, Stretch};
use super::shape::{Shape, shape};
use crate::{Point, Quad};

/// The long side of the smallest card, in pixels of the lines' picture.
const SMALLEST: f32 = 82.0;
/// The shortest of its sides, as tilt and nearness make it.
pub(super) const SHORTEST: f32 = SMALLEST / 1.7;
/// Opposite sides of a card run together by less than this (cosine of 35°), at a tilt of 30° and from very near.
pub(super) const OPPOSITE: f32 = 0.82;
/// Neighbouring sides cross at more than this (cosine of 55°).
const ACROSS: f32 = 0.57;
/// A side needs this share of its length seen; fingers, glare and a table of the card's own colour hide the rest.
const SIDE_SEEN: f32 = 0.35;
/// Rounded corners (3.18 mm of 53.98) leave the line; so much of a side is not looked at, at each end.
const CORNER: f32 = 0.07;
/// How far beyond a corner a side must end, as a share of the side.
const BEYOND: f32 = 0.12;
/// A corner may be so far outside of the picture, as a share of its side.
const OUTSIDE: f32 = 0.01;
/// Before its sides are measured a quad may be so far from a card's shape (logarithm, cosine).
const ROUGH_ASPECT: f32 = 0.08;
const ROUGH_SKEW: f32 = 0.1;
/// Quads whose corners are all nearer than this, in pixels, become one when measured.
const SAME: f32 = 3.0;
/// Candidates that are looked at more closely.
const MOST: usize = 8;

/// Four lines that could be a card's sides.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) quad: Quad,
    /// What is seen of each side, from the first corner on.
    pub(super) sides: [Stretch; 4],
    /// Share of each line seen just beyond both of its corners.
    pub(super) beyond: [f32; 4],
    shape: Shape,
    score: f32,
}

/// The best candidates, best first, no two nearly the same.
pub(super) fn candidates(lines: &[Seen], frame: &Frame) -> Vec<Candidate> {
    let crossings = Crossings::of(lines, frame);
    let mut found: Vec<Candidate> = Vec::new();
    for (first, a) in lines.iter().enumerate() {
        for (second, b) in lines.iter().enumerate().skip(first + 1) {
            if cosine(&a.line, &b.line) < OPPOSITE {
                continue;
            }
            let across = crossings.sides_between(first, second);
            for (at, &(third, p, q)) in across.iter().enumerate() {
                for &(fourth, r, s) in &across[at + 1..] {
                    if crossings.is_seen(first, third, fourth) && crossings.is_seen(second, third, fourth) {
                        let parts = [(a, p, r), (&lines[fourth], r, s), (b, s, q), (&lines[third], q, p)];
                        found.extend(candidate(parts, frame));
                    }
                }
            }
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut best: Vec<Candidate> = Vec::new();
    for candidate in found {
        if best.len() < MOST && !best.iter().any(|other| apart(&other.quad, &candidate.quad) < SAME) {
            best.push(candidate);
        }
    }
    best
}

/// Where lines cross each other.
struct Crossings<'a> {
    lines: &'a [Seen],
    /// For each line and each that it crosses, the place along the latter; no number where no corner can be.
    places: Vec<f32>,
}

impl<'a> Crossings<'a> {
    fn of(lines: &'a [Seen], frame: &Frame) -> Self {
        let place = |a: &Seen, b: &Seen| frame.corner(&a.line, &b.line).map_or(f32::NAN, |point| b.line.along(point));
        Crossings { lines, places: lines.iter().flat_map(|a| lines.iter().map(move |b| place(a, b))).collect() }
    }

    /// The places along a line where two others cross it, when a side of a card fits between them.
    fn ends(&self, on: usize, others: [usize; 2]) -> Option<(f32, f32)> {
        let [from, to] = others.map(|other| self.places[other * self.lines.len() + on]);
        // false for what is no number, too
        ((to - from).abs() >= SHORTEST).then_some((from, to))
    }

    /// The lines that are seen between two opposite ones, with the corners there. Four lines come up as two pairs of
    /// opposite ones, once each way; so only lines after the first are looked at.
    fn sides_between(&self, first: usize, second: usize) -> Vec<(usize, Point, Point)> {
        let side_on = |on: usize| {
            let (from, to) = self.ends(on, [first, second])?;
            let line = &self.lines[on];
            let (p, q) = (line.line.point(from), line.line.point(to));
            (side(line, p, q).covered >= SIDE_SEEN).then_some((on, p, q))
        };
        (first + 1..self.lines.len()).filter_map(side_on).collect()
    }

    /// Roughly whether a line is seen between two others.
    fn is_seen(&self, on: usize, third: usize, fourth: usize) -> bool {
        self.ends(on, [third, fourth])
            .is_some_and(|(from, to)| self.lines[on].stretch(from, to).covered >= SIDE_SEEN * 0.8)
    }
}

pub(super) fn cosine(a: &Line, b: &Line) -> f32 {
    (a.normal[0] * b.normal[0] + a.normal[1] * b.normal[1]).abs()
}

/// The picture that the lines are in.
pub(super) struct Frame {
    /// Width and height.
    pub(super) size: (f32, f32),
}

impl Frame {
    pub(super) fn longer(&self) -> f32 {
        self.size.0.max(self.size.1)
    }

    /// Where two lines cross, when that can be a card's corner.
    pub(super) fn corner(&self, a: &Line, b: &Line) -> Option<Point> {
        let crossing = if cosine(a, b) <= ACROSS { a.crossing(b) } else { None };
        crossing.filter(|point| self.outside(*point) <= OUTSIDE * self.longer())
    }

    /// How far a point lies outside of the picture; negative within.
    pub(super) fn outside(&self, point: Point) -> f32 {
        let (width, height) = self.size;
        [-point.x, -point.y, point.x - width, point.y - height].into_iter().fold(f32::MIN, f32::max)
    }

    /// Where the way between two points leaves the picture; the second point if it does not.
    pub(super) fn exit(&self, from: Point, to: Point) -> Point {
        let (width, height) = self.size;
        let share = |at: f32, end: f32, most: f32| {
            if end < 0.0 {
                at / (at - end)
            } else if end > most {
                (most - at) / (end - at)
            } else {
                1.0
            }
        };
        let share = share(from.x, to.x, width).min(share(from.y, to.y, height)).clamp(0.0, 1.0);
        Point::new(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share)
    }
}

/// What is seen of a line between two corners.
pub(super) fn side(line: &Seen, from: Point, to: Point) -> Stretch {
    let (from, to) = (line.line.along(from), line.line.along(to));
    let cut = (to - from) * CORNER;
    line.stretch(from + cut, to - cut)
}

/// How much of a line goes on behind its corners: the side of a card ends there, a seam between tiles does not.
pub(super) fn beyond(line: &Seen, from: Point, to: Point) -> f32 {
    (behind(line, from, to) + behind(line, to, from)) / 2.0
}

/// How much of a line goes on behind the second of two corners.
pub(super) fn behind(line: &Seen, from: Point, to: Point) -> f32 {
    let (from, to) = (line.line.along(from), line.line.along(to));
    let gap = 2.0 * (to - from).signum();
    line.stretch(to + gap, to + gap + (to - from) * BEYOND).covered
}

fn candidate(parts: [(&Seen, Point, Point); 4], frame: &Frame) -> Option<Candidate> {
    let sides = [0, 1, 2, 3].map(|at| side(parts[at].0, parts[at].1, parts[at].2));
    if sides.iter().any(|side| side.covered < SIDE_SEEN) {
        return None;
    }
    let mut quad = Quad(parts.map(|(_, corner, _)| corner));
    if !convex(&quad) {
        return None;
    }
    let mut order = [0, 1, 2, 3];
    if quad.area() < 0.0 {
        // the same corners the other way round, and with them the sides
        let [a, b, c, d] = quad.0;
        quad = Quad([a, d, c, b]);
        order = [3, 2, 1, 0];
    }
    let (turn, shape) = shape(&quad, frame.size.0, frame.size.1)?;
    if shape.aspect.abs() > ROUGH_ASPECT || shape.skew.abs() > ROUGH_SKEW {
        return None;
    }
    let quad = Quad([0, 1, 2, 3].map(|at| quad.0[(at + turn) % 4]));
    if quad.sides()[0].max(quad.sides()[2]) < SMALLEST {
        return None;
    }
    let order = [0, 1, 2, 3].map(|at| order[(at + turn) % 4]);
    let beyond = order.map(|at| beyond(parts[at].0, parts[at].1, parts[at].2));
    let sides = order.map(|at| sides[at]);
    let mut candidate = Candidate { quad, sides, beyond, shape, score: 0.0 };
    candidate.score = score(&candidate);
    Some(candidate)
}

fn score(candidate: &Candidate) -> f32 {
    let lengths = candidate.quad.sides();
    let round = lengths.iter().sum::<f32>();
    let seen = candidate.sides.iter().zip(lengths).map(|(side, length)| side.covered * length).sum::<f32>() / round;
    let least = candidate.sides.iter().map(|side| side.covered).fold(1.0, f32::min);
    let beyond = candidate.beyond.iter().sum::<f32>() / 4.0;
    seen + 0.3 * least - 0.5 * beyond - 1.5 * candidate.shape.aspect.abs() - 0.8 * candidate.shape.skew.abs()
        + 0.1 * (round / 1000.0).min(1.0)
}

fn convex(quad: &Quad) -> bool {
    let turn = |at: usize| {
        let [a, b, c] = [0, 1, 2].map(|next| quad.0[(at + next) % 4]);
        (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)
    };
    let turns = [0, 1, 2, 3].map(turn);
    turns.iter().all(|turn| *turn > 1.0) || turns.iter().all(|turn| *turn < -1.0)
}

/// The largest distance between the same corners of two quads, whichever corner each begins with.
fn apart(a: &Quad, b: &Quad) -> f32 {
    (0..4)
        .map(|turn| (0..4).map(|at| a.0[at].distance(b.0[(at + turn) % 4])).fold(0.0, f32::max))
        .fold(f32::MAX, f32::min)
}
