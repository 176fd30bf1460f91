//! Edges in a row, grown into straight runs.

use super::edges::{Edge, Edges};
use super::lines::Line;
use crate::Point;

/// An edge belongs to a run of edges when its normal is within 18° of the run's.
pub(super) const SAME_WAY: f32 = 0.951;
/// A run's next edge lies at most so many pixels beside it, else it would swallow the print along a card's side.
const SIDESTEP: f32 = 1.1;
/// Shorter runs are texture.
const SHORTEST: f32 = 9.0;
/// Runs further than this from being straight, in pixels, are curves.
const ROUGHEST: f32 = 0.7;
/// The edges of a run of this length need no vote to be found.
const LONG: f32 = 40.0;

/// Sums over edges, from which the best line follows.
#[derive(Clone, Copy, Default)]
pub(super) struct Moments {
    pub(super) count: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Moments {
    pub(super) fn add(&mut self, edge: &Edge) {
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
    pub(super) fn line(&self) -> (Line, f32) {
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
pub(super) struct Run {
    moments: Moments,
    line: Line,
    pub(super) from: Point,
    pub(super) to: Point,
    pub(super) length: f32,
}

/// The line through a run and all runs that continue it.
pub(super) fn joined(run: &Run, runs: &[Run]) -> (Line, f32) {
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

/// Edges in a row with nearly the same normal, grown from the strongest on; and for each edge, whether its run is long.
pub(super) fn runs(edges: &Edges) -> (Vec<Run>, Vec<bool>) {
    let mut order: Vec<u32> = (0..edges.list.len() as u32).collect();
    order.sort_by(|&a, &b| edges.list[b as usize].strength.total_cmp(&edges.list[a as usize].strength));
    let mut used = vec![false; edges.list.len()];
    let mut runs: Vec<Run> = Vec::new();
    let mut in_long_run = used.clone();
    let mut members: Vec<u32> = Vec::new();
    for seed in order {
        if !used[seed as usize] {
            grow(edges, seed, &mut used, &mut members);
            let before = runs.len();
            run_of(edges, &mut members, &mut runs);
            if runs[before..].iter().any(|run| run.length >= LONG) {
                members.iter().for_each(|&index| in_long_run[index as usize] = true);
            }
        }
    }
    (runs, in_long_run)
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
