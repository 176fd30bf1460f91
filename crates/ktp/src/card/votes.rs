//! Lines that no run shows, as stripes or print cut them up: edges far apart that agree (Hough 1962, Duda and Hart 1972).

use super::edges::Edges;
use super::lines::{Line, nearest};
use super::runs::Moments;
use crate::Point;

/// Directions that are told apart, over 180°.
const WAYS: usize = 90;
/// An edge votes for so many directions on both sides of its own: 4°, as noise turns it.
const DOUBT: isize = 2;
/// Pixels between two parallel lines that are told apart.
const GAP: f32 = 2.0;
/// Fewer edges than this are chance: a card's short side has 60.
const FEWEST: u16 = 22;
/// Peaks that are looked at, the highest first.
const MOST_PEAKS: usize = 60;
/// An edge this near, in pixels, belongs to the line that is fitted.
const NEAR: f32 = 2.2;

/// Lines and where their edges begin and end, those with the most votes first.
pub(super) fn broken_lines(edges: &Edges, settled: &[bool]) -> Vec<(Line, Point, Point)> {
    let diagonal = (edges.width as f32).hypot(edges.height as f32);
    let gaps = (2.0 * diagonal / GAP) as usize + 3;
    let normals: Vec<[f32; 2]> = (0..WAYS).map(normal).collect();
    let cell = |way: usize, distance: f32| way * gaps + ((distance + diagonal) / GAP) as usize + 1;
    let mut votes = vec![0_u16; WAYS * gaps];
    for (edge, _) in edges.list.iter().zip(settled).filter(|(_, settled)| !**settled) {
        let turn = edge.normal[1].atan2(edge.normal[0]) / std::f32::consts::PI * WAYS as f32;
        for off in -DOUBT..=DOUBT {
            let way = (turn.round() as isize + off).rem_euclid(WAYS as isize) as usize;
            let [nx, ny] = normals[way];
            let vote = &mut votes[cell(way, nx * edge.x + ny * edge.y)];
            *vote = vote.saturating_add(1);
        }
    }
    let mut peaks: Vec<(u16, usize, usize)> = Vec::new();
    for way in 0..WAYS {
        for gap in 1..gaps - 1 {
            let here = votes[way * gaps + gap];
            if here < FEWEST {
                continue;
            }
            // the neighbouring directions wrap round with the sign of the distance; one line twice does no harm
            let near = [way.saturating_sub(1), way, (way + 1).min(WAYS - 1)];
            let row = |way: usize| &votes[way * gaps + gap - 1..=way * gaps + gap + 1];
            if near.iter().all(|&way| row(way).iter().all(|&other| other <= here)) {
                peaks.push((here, way, gap));
            }
        }
    }
    peaks.sort_by_key(|peak| std::cmp::Reverse(peak.0));
    peaks.truncate(MOST_PEAKS);
    let line = |(_, way, gap): (u16, usize, usize)| Line {
        normal: normals[way],
        distance: (gap as f32 - 0.5) * GAP - diagonal,
    };
    peaks.into_iter().filter_map(|peak| fitted(edges, line(peak))).collect()
}

fn normal(way: usize) -> [f32; 2] {
    let (sin, cos) = (way as f32 * std::f32::consts::PI / WAYS as f32).sin_cos();
    [cos, sin]
}

/// The line of least squares through the edges beside it.
fn fitted(edges: &Edges, mut line: Line) -> Option<(Line, Point, Point)> {
    let mut ends = [Point::new(0.0, 0.0); 2];
    for _ in 0..2 {
        let (start, end) = line.span(edges);
        let mut moments = Moments::default();
        let (mut from, mut to) = (f32::MAX, f32::MIN);
        for step in 0..(end - start) as usize {
            let along = start + step as f32 + 0.5;
            if let Some(edge) = nearest(edges, &line, line.point(along), NEAR) {
                moments.add(edge);
                (from, to) = (from.min(along), to.max(along));
            }
        }
        if moments.count < f64::from(FEWEST) {
            return None;
        }
        ends = [line.point(from), line.point(to)];
        line = moments.line().0;
    }
    Some((line, ends[0], ends[1]))
}
