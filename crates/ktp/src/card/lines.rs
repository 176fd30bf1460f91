//! Straight lines, and which parts of them the picture really shows.

use super::edges::{Edge, Edges};
use crate::Point;

/// An edge belongs to a run of edges when its normal is within 18° of the run's.
const SAME_WAY: f32 = 0.951;
/// A run's next edge lies at most so many pixels beside it, else it would swallow the print along a card's side.
const SIDESTEP: f32 = 1.1;
/// Shorter runs are texture.
const SHORTEST: f32 = 9.0;
/// Runs further than this from being straight, in pixels, are curves.
const ROUGHEST: f32 = 0.7;
/// Runs that are looked at, the longest first: thousands are only found where there is no card, in noise.
const MOST_RUNS: usize = 600;
/// Lines that are looked at; the longest first. Their combinations cost time.
const MOST_LINES: usize = 140;
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

    /// The point at a place along the line.
    pub(super) fn point(&self, along: f32) -> Point {
        let [nx, ny] = self.normal;
        Point::new(nx * self.distance - ny * along, ny * self.distance + nx * along)
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

/// Sums over edges, from which the best line follows.
#[derive(Clone, Copy, Default)]
struct Moments {
    count: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Moments {
    fn add(&mut self, edge: &Edge) {
        let (x, y) = (f64::from(edge.x), f64::from(edge.y));
        self.count += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.xy += x * y;
        self.yy += y * y;
    }

    fn and(self, other: &Moments) -> Self {
        Moments {
            count: self.count + other.count,
            x: self.x + other.x,
            y: self.y + other.y,
            xx: self.xx + other.xx,
            xy: self.xy + other.xy,
            yy: self.yy + other.yy,
        }
    }

    /// The line of least squares, and how far the edges lie from it.
    fn line(&self) -> (Line, f32) {
        let (x, y) = (self.x / self.count, self.y / self.count);
        let (xx, xy, yy) = (self.xx / self.count - x * x, self.xy / self.count - x * y, self.yy / self.count - y * y);
        let gap = ((xx - yy) * (xx - yy) / 4.0 + xy * xy).sqrt();
        let least = ((xx + yy) / 2.0 - gap).max(0.0);
        let turn = 0.5 * (2.0 * xy).atan2(xx - yy);
        let normal = [-turn.sin(), turn.cos()];
        let line = Line { normal: normal.map(|part| part as f32), distance: (normal[0] * x + normal[1] * y) as f32 };
        (line, least.sqrt() as f32)
    }
}

/// A run of edges in a row.
struct Run {
    moments: Moments,
    line: Line,
    from: Point,
    to: Point,
    length: f32,
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
        let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]
            .map(|(x, y)| line.along(Point::new(x * edges.width as f32, y * edges.height as f32)));
        let start = corners.iter().copied().fold(f32::MAX, f32::min).floor();
        let end = corners.iter().copied().fold(f32::MIN, f32::max).ceil();
        let steps = (end - start) as usize;
        let mut seen =
            Seen { line, start, covered: Vec::with_capacity(steps + 1), brighter: Vec::with_capacity(steps + 1) };
        let (mut covered, mut brighter) = (0.0, 0.0);
        for step in 0..=steps {
            seen.covered.push(covered);
            seen.brighter.push(brighter);
            let middle = line.point(start + step as f32 + 0.5);
            if let Some(edge) = nearest(edges, &line, middle) {
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
fn nearest<'a>(edges: &'a Edges, line: &Line, point: Point) -> Option<&'a Edge> {
    let [nx, ny] = line.normal;
    let mut best: Option<(&Edge, f32)> = None;
    for offset in [0.0, -1.0, 1.0, -2.0, 2.0] {
        let (x, y) = (point.x + nx * offset, point.y + ny * offset);
        if let Some((_, edge)) = edges.at(x.floor() as i32, y.floor() as i32) {
            let off = line.off(edge.x, edge.y).abs();
            let same_way = (edge.normal[0] * nx + edge.normal[1] * ny).abs() >= SAME_WAY;
            if same_way && off <= NEAR && best.is_none_or(|(_, least)| off < least) {
                best = Some((edge, off));
            }
        }
    }
    best.map(|(edge, _)| edge)
}

/// The lines of a picture, those with the longest runs first.
pub(super) fn lines(edges: &Edges) -> Vec<Seen> {
    let mut runs = runs(edges);
    runs.sort_by(|a, b| b.length.total_cmp(&a.length));
    runs.truncate(MOST_RUNS);
    let mut lines: Vec<(Line, f32)> = Vec::new();
    for run in &runs {
        let (line, length) = joined(run, &runs);
        if !lines.iter().any(|(other, _)| same(other, &line, run)) {
            // what continues a run counts less than the run: rows of print add up to long lines, too
            lines.push((line, run.length + 0.25 * (length - run.length)));
        }
    }
    lines.sort_by(|a, b| b.1.total_cmp(&a.1));
    lines.truncate(MOST_LINES);
    lines.into_iter().map(|(line, _)| Seen::new(line, edges)).collect()
}

/// Two lines that no side of a card could tell apart.
fn same(a: &Line, b: &Line, run: &Run) -> bool {
    let parallel = a.normal[0] * b.normal[0] + a.normal[1] * b.normal[1];
    // the run and as much again on both sides of it
    let (from, to) = (run.from, run.to);
    let before = Point::new(2.0 * from.x - to.x, 2.0 * from.y - to.y);
    let behind = Point::new(2.0 * to.x - from.x, 2.0 * to.y - from.y);
    parallel.abs() > 0.999
        && [before, behind]
            .iter()
            .all(|end| (a.off(end.x, end.y) - b.off(end.x, end.y) * parallel.signum()).abs() < 1.5)
}

/// The line through a run and all runs that continue it.
fn joined(run: &Run, runs: &[Run]) -> (Line, f32) {
    let mut line = run.line;
    let mut length = run.length;
    for slack in [2.0, 1.5] {
        let mut sum = run.moments;
        length = run.length;
        for other in runs {
            let on = |point: Point| line.off(point.x, point.y).abs() < slack;
            if !std::ptr::eq(other, run) && on(other.from) && on(other.to) {
                sum = sum.and(&other.moments);
                length += other.length;
            }
        }
        line = sum.line().0;
    }
    (line, length)
}

/// Edges in a row with nearly the same normal, grown from the strongest on.
fn runs(edges: &Edges) -> Vec<Run> {
    let mut order: Vec<u32> = (0..edges.list.len() as u32).collect();
    order.sort_by(|&a, &b| edges.list[b as usize].strength.total_cmp(&edges.list[a as usize].strength));
    let mut used = vec![false; edges.list.len()];
    let mut runs = Vec::new();
    let mut members: Vec<u32> = Vec::new();
    for seed in order {
        if !used[seed as usize] {
            grow(edges, seed, &mut used, &mut members);
            run_of(edges, &mut members, &mut runs);
        }
    }
    runs
}

fn grow(edges: &Edges, seed: u32, used: &mut [bool], members: &mut Vec<u32>) {
    members.clear();
    members.push(seed);
    used[seed as usize] = true;
    // the sum of the normals, all turned to one side
    let mut way = edges.list[seed as usize].normal;
    let mut next = 0;
    while next < members.len() {
        let here = edges.list[members[next] as usize];
        next += 1;
        let (x, y) = (here.x.floor() as i32, here.y.floor() as i32);
        for dy in -2..=2 {
            for dx in -2..=2 {
                let Some((index, edge)) = edges.at(x + dx, y + dy) else { continue };
                if used[index] {
                    continue;
                }
                let length = way[0].hypot(way[1]);
                let dot = edge.normal[0] * way[0] + edge.normal[1] * way[1];
                let aside = ((edge.x - here.x) * way[0] + (edge.y - here.y) * way[1]).abs();
                if dot.abs() >= SAME_WAY * length && aside <= SIDESTEP * length {
                    used[index] = true;
                    members.push(index as u32);
                    way = [way[0] + edge.normal[0] * dot.signum(), way[1] + edge.normal[1] * dot.signum()];
                }
            }
        }
    }
}

/// The straight run of these edges; where they bend, the runs of both halves.
fn run_of(edges: &Edges, members: &mut [u32], runs: &mut Vec<Run>) {
    if (members.len() as f32) < SHORTEST * 0.7 {
        return;
    }
    let mut moments = Moments::default();
    members.iter().for_each(|&index| moments.add(&edges.list[index as usize]));
    let (line, rough) = moments.line();
    let along = |index: u32| {
        let edge = &edges.list[index as usize];
        line.along(Point::new(edge.x, edge.y))
    };
    let (from, to) = members
        .iter()
        .map(|&index| along(index))
        .fold((f32::MAX, f32::MIN), |(from, to), at| (from.min(at), to.max(at)));
    let length = to - from;
    if length < SHORTEST {
        return;
    }
    if rough <= ROUGHEST {
        runs.push(Run { moments, line, from: line.point(from), to: line.point(to), length });
        return;
    }
    let middle = (from + to) / 2.0;
    members.sort_by(|&a, &b| along(a).total_cmp(&along(b)));
    let half = members.partition_point(|&index| along(index) < middle);
    let (first, second) = members.split_at_mut(half);
    run_of(edges, first, runs);
    run_of(edges, second, runs);
}
