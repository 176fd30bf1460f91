//! Straight lines, and which parts of them the picture really shows.

use super::edges::{Edge, Edges};
use super::runs::{SAME_WAY, joined, runs};
use super::votes::broken_lines;
use crate::Point;

/// Runs that are looked at, the longest first: thousands are only found where there is no card, in noise.
const MOST_RUNS: usize = 600;
/// Lines of runs that are looked at, the longest first. Their combinations cost time.
const MOST_LINES: usize = 120;
/// Lines of runs within one sector of 15°: a striped cloth must not crowd out the card that lies on it.
const MOST_ONE_WAY: usize = 32;
/// Lines that only many scattered edges show.
const MOST_BROKEN: usize = 40;
/// An edge this near, in pixels, is on the line: half the width of an edge and the bend of a lens.
const NEAR: f32 = 1.7;

/// x · nx + y · ny = distance
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) normal: [f32; 2],
    pub(super) distance: f32,
}

impl Line {
    pub(super) fn through(from: Point, to: Point) -> Self {
        let length = from.distance(to).max(1e-6);
        let normal = [(to.y - from.y) / length, (from.x - to.x) / length];
        Line { normal, distance: normal[0] * from.x + normal[1] * from.y }
    }

    /// Signed pixels from the line.
    pub(super) fn off(&self, x: f32, y: f32) -> f32 {
        self.normal[0] * x + self.normal[1] * y - self.distance
    }

    /// Pixels along the line.
    pub(super) fn along(&self, point: Point) -> f32 {
        self.normal[0] * point.y - self.normal[1] * point.x
    }

    /// The places along the line between which it can be inside of the picture.
    pub(super) fn span(&self, edges: &Edges) -> (f32, f32) {
        let (width, height) = (edges.width as f32, edges.height as f32);
        let corners = [(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)];
        let places = corners.map(|(x, y)| self.along(Point::new(x, y)));
        (
            places.iter().copied().fold(f32::MAX, f32::min).floor(),
            places.iter().copied().fold(f32::MIN, f32::max).ceil(),
        )
    }

    /// The point at a place along the line.
    pub(super) fn point(&self, along: f32) -> Point {
        let [nx, ny] = self.normal;
        Point::new(nx * self.distance - ny * along, ny * self.distance + nx * along)
    }

    /// No side of a card between these points could tell the two apart.
    fn runs_with(&self, other: &Line, from: Point, to: Point) -> bool {
        let parallel = self.normal[0] * other.normal[0] + self.normal[1] * other.normal[1];
        let apart = |at: Point| (self.off(at.x, at.y) - other.off(at.x, at.y) * parallel.signum()).abs();
        parallel.abs() > 0.999 && apart(from) < 1.5 && apart(to) < 1.5
    }

    pub(super) fn crossing(&self, other: &Line) -> Option<Point> {
        let [a, b] = self.normal;
        let [c, d] = other.normal;
        let cross = a * d - b * c;
        (cross.abs() > 1e-3).then(|| {
            Point::new(
                (self.distance * d - other.distance * b) / cross,
                (a * other.distance - c * self.distance) / cross,
            )
        })
    }
}

/// A line with, for each pixel along it, what the picture shows there.
pub(super) struct Seen {
    pub(super) line: Line,
    start: f32,
    /// Sums from `start` on, one entry more than pixels: edges seen, and edges brighter on the normal's side.
    covered: Vec<f32>,
    brighter: Vec<f32>,
}

/// What is seen of a stretch of a line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stretch {
    /// Share with an edge, 0 to 1.
    pub(super) covered: f32,
    /// Share of the edges that are brighter on the normal's side, −1 (none) to 1 (all).
    pub(super) brighter: f32,
}

impl Seen {
    fn new(line: Line, edges: &Edges) -> Self {
        let (start, end) = line.span(edges);
        let steps = (end - start) as usize;
        let mut seen =
            Seen { line, start, covered: Vec::with_capacity(steps + 1), brighter: Vec::with_capacity(steps + 1) };
        let (mut covered, mut brighter) = (0.0, 0.0);
        for step in 0..=steps {
            seen.covered.push(covered);
            seen.brighter.push(brighter);
            let middle = line.point(start + step as f32 + 0.5);
            if let Some(edge) = nearest(edges, &line, middle, NEAR) {
                covered += 1.0;
                brighter += (edge.normal[0] * line.normal[0] + edge.normal[1] * line.normal[1]).signum();
            }
        }
        seen
    }

    /// Between two places along the line, in any order.
    pub(super) fn stretch(&self, from: f32, to: f32) -> Stretch {
        let last = self.covered.len() - 1;
        let place = |along: f32| ((along - self.start).round().max(0.0) as usize).min(last);
        let (from, to) = (place(from.min(to)), place(from.max(to)));
        let length = to - from;
        if length == 0 {
            return Stretch::default();
        }
        let sum = |sums: &[f32]| sums[to] - sums[from];
        let covered = sum(&self.covered);
        Stretch {
            covered: covered / length as f32,
            brighter: if covered > 0.0 { sum(&self.brighter) / covered } else { 0.0 },
        }
    }
}

/// The edge on the line that lies beside this point of it.
pub(super) fn nearest<'a>(edges: &'a Edges, line: &Line, point: Point, near: f32) -> Option<&'a Edge> {
    let [nx, ny] = line.normal;
    let mut best: Option<(&Edge, f32)> = None;
    for offset in [0.0, -1.0, 1.0, -2.0, 2.0] {
        let (x, y) = (point.x + nx * offset, point.y + ny * offset);
        if let Some((_, edge)) = edges.at(x.floor() as i32, y.floor() as i32) {
            let off = line.off(edge.x, edge.y).abs();
            let same_way = (edge.normal[0] * nx + edge.normal[1] * ny).abs() >= SAME_WAY;
            if same_way && off <= near && best.is_none_or(|(_, least)| off < least) {
                best = Some((edge, off));
            }
        }
    }
    best.map(|(edge, _)| edge)
}

/// The lines of a picture: those with the longest runs, and those that only scattered edges show.
pub(super) fn lines(edges: &Edges) -> Vec<Seen> {
    let (mut runs, in_long_run) = runs(edges);
    runs.sort_by(|a, b| b.length.total_cmp(&a.length));
    runs.truncate(MOST_RUNS);
    let mut found: Vec<(Line, f32)> = Vec::new();
    for run in &runs {
        let (line, length) = joined(run, &runs);
        // the run and as much again on both sides of it
        let (from, to) = (run.from, run.to);
        let before = Point::new(2.0 * from.x - to.x, 2.0 * from.y - to.y);
        let behind = Point::new(2.0 * to.x - from.x, 2.0 * to.y - from.y);
        if !found.iter().any(|(other, _)| other.runs_with(&line, before, behind)) {
            // what continues a run counts less than the run: rows of print add up to long lines, too
            found.push((line, run.length + 0.25 * (length - run.length)));
        }
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut lines: Vec<Line> = Vec::new();
    let mut one_way = [0; 12];
    for (line, _) in found {
        let sector = ((line.normal[1].atan2(line.normal[0]).to_degrees() + 180.0) / 15.0) as usize % 12;
        if lines.len() < MOST_LINES && one_way[sector] < MOST_ONE_WAY {
            one_way[sector] += 1;
            lines.push(line);
        }
    }
    let most = lines.len() + MOST_BROKEN;
    for (line, from, to) in broken_lines(edges, &in_long_run) {
        if lines.len() < most && !lines.iter().any(|other| other.runs_with(&line, from, to)) {
            lines.push(line);
        }
    }
    lines.into_iter().map(|line| Seen::new(line, edges)).collect()
}
