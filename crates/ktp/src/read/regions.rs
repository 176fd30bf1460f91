//! Where codes may be: cells of strong gradients whose directions, folded to 90°, agree.
//!
//! Bars and modules have edges along two directions at right angles; grass, cloth and faces have them all ways. The
//! search costs some milliseconds and spares the readers nearly the whole picture.

use super::cells::{
    CELL, Grid,
    Look::{self, Bars, Cluster, Modules},
    Sums,
};
use super::layers::Layers;
use crate::geometry::{Point, Quad};

/// Mean squared gradient below which a cell is noise: central differences of some eight levels.
const FLOOR: f32 = 60.0;
/// Neighbouring cells belong together when their directions differ by less than 12°: the cosines of that, times two
/// and times four.
const SAME_TWICE: f32 = 0.91;
const SAME_FOUR: f32 = 0.67;
const SMALLEST_CELLS: usize = 4;
/// Regions of bars or modules, and of clusters, that are worth a look.
const MOST_REGIONS: usize = 14;
const MOST_CLUSTERS: usize = 8;

/// A part of the picture, in pixels of the full size.
#[derive(Clone, Debug)]
pub(super) struct Region {
    pub(super) centre: Point,
    /// Unit vectors: across the bars (along the code), and along the bars.
    pub(super) across: (f32, f32),
    pub(super) along: (f32, f32),
    /// Half of the size in these directions.
    pub(super) half: (f32, f32),
    /// 1 where all edges run one way (1-D codes), near 0 where two ways are equal (QR).
    pub(super) one_way: f32,
    pub(super) score: f32,
    /// Found for its energy alone.
    cluster: bool,
}

/// One way to look for regions. Print beside a code joins it at a low bar, and a worn code falls apart at a high one.
#[derive(Clone, Copy)]
struct Pass {
    /// Cells that are summed to each side: a small code fills few of them; a large one has cells without an edge.
    reach: usize,
    look: Look,
    /// Agreement of the directions, 1 at most, from which a cell may belong to a code.
    agreement: f32,
    /// Its energy at least, as a part of what the strongest twentieth has, or of the median for clusters.
    energy: f32,
    /// What of the mean around a cell it must have itself: keeps the quiet zone out, and splits codes of wide bars.
    own: f32,
}

const fn pass(reach: usize, look: Look, agreement: f32, energy: f32, own: f32) -> Pass {
    Pass { reach, look, agreement, energy, own }
}

const PASSES: [Pass; 9] = [
    pass(1, Bars, 0.6, 0.0, 0.2),
    pass(1, Modules, 0.32, 0.1, 0.25),
    pass(1, Modules, 0.5, 0.35, 0.25),
    pass(1, Cluster, 0.05, 4.0, 0.2),
    pass(1, Cluster, 0.05, 12.0, 0.2),
    pass(2, Bars, 0.5, 0.1, 0.0),
    pass(2, Modules, 0.4, 0.3, 0.1),
    pass(3, Bars, 0.7, 0.35, 0.0),
    pass(3, Modules, 0.36, 0.25, 0.0),
];
/// Edges all one way over a place that is longer along them than this many times its width: the border of a card.
const BORDER: f32 = 1.6;

/// The regions of a picture, the most likely first.
pub(super) fn regions(layers: &Layers) -> Vec<Region> {
    let (picture, scale) = layers.level(layers.searched());
    let Some(grid) = Grid::of(picture) else { return Vec::new() };
    let mut found: Vec<Region> = Vec::new();
    for passes in PASSES.chunk_by(|a, b| a.reach == b.reach) {
        let smooth = grid.smoothed(passes[0].reach);
        found.extend(passes.iter().flat_map(|&pass| components(&grid, &smooth, scale, pass)));
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Region> = Vec::new();
    for region in found {
        if !kept.iter().any(|better| better.is_like(&region)) {
            kept.push(region);
        }
    }
    let (mut clusters, mut regions): (Vec<Region>, Vec<Region>) = kept.into_iter().partition(|region| region.cluster);
    regions.truncate(MOST_REGIONS);
    clusters.truncate(MOST_CLUSTERS);
    regions.extend(clusters);
    regions.sort_by(|a, b| b.score.total_cmp(&a.score));
    regions
}

impl Region {
    /// Its corners, with so many pixels more at each end.
    pub(super) fn quad(&self, more: (f32, f32)) -> Quad {
        let (a, b) = (self.half.0 + more.0, self.half.1 + more.1);
        let corner = |s: f32, t: f32| {
            Point::new(
                self.centre.x + s * a * self.across.0 + t * b * self.along.0,
                self.centre.y + s * a * self.across.1 + t * b * self.along.1,
            )
        };
        Quad([corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)])
    }

    pub(super) fn holds(&self, point: Point) -> bool {
        let (s, t) = self.place(point);
        s.abs() <= self.half.0 && t.abs() <= self.half.1
    }

    fn place(&self, point: Point) -> (f32, f32) {
        oblique((point.x - self.centre.x, point.y - self.centre.y), self.across, self.along)
    }

    /// As good as the same place and size.
    fn is_like(&self, other: &Region) -> bool {
        let near = self.centre.distance(other.centre) < 0.25 * self.half.0.min(self.half.1);
        let ratio = |a: f32, b: f32| a / b < 1.35 && b / a < 1.35;
        near && ratio(self.half.0, other.half.0) && ratio(self.half.1, other.half.1)
    }
}

/// `vector` as `s · across + t · along`.
fn oblique(vector: (f32, f32), across: (f32, f32), along: (f32, f32)) -> (f32, f32) {
    let area = across.0 * along.1 - across.1 * along.0;
    ((vector.0 * along.1 - vector.1 * along.0) / area, (across.0 * vector.1 - across.1 * vector.0) / area)
}

fn components(own: &Grid, smooth: &Grid, scale: f32, pass: Pass) -> Vec<Region> {
    let cells = &smooth.cells;
    let floor = FLOOR.max(pass.energy * smooth.quantile(if pass.look == Cluster { 0.5 } else { 0.95 }));
    let strong = |(own, cell): (&Sums, &Sums)| {
        cell.energy > floor && own.energy >= pass.own * cell.energy && cell.agreement(pass.look) > pass.agreement
    };
    let mut free: Vec<bool> = own.cells.iter().zip(cells).map(strong).collect();
    let mut found = Vec::new();
    for seed in 0..cells.len() {
        if !free[seed] {
            continue;
        }
        free[seed] = false;
        let mut members = vec![seed];
        let mut next = 0;
        while let Some(&cell) = members.get(next) {
            next += 1;
            for near in smooth.neighbours(cell) {
                if free[near] && same_way(&cells[cell], &cells[near], pass.look) {
                    free[near] = false;
                    members.push(near);
                }
            }
        }
        if members.len() >= SMALLEST_CELLS {
            found.extend(region(smooth, &members, scale, pass.look));
        }
    }
    found
}

fn same_way(a: &Sums, b: &Sums, look: Look) -> bool {
    let least = match look {
        Bars => SAME_TWICE,
        Modules => SAME_FOUR,
        Cluster => return true,
    };
    let (a, b) = (a.way(look), b.way(look));
    a.0 * b.0 + a.1 * b.1 > least * a.0.hypot(a.1) * b.0.hypot(b.1)
}

fn region(grid: &Grid, members: &[usize], scale: f32, look: Look) -> Option<Region> {
    let total = members.iter().fold(Sums::default(), |sum, &cell| sum.plus(grid.cells[cell]));
    let one_way = total.twice.0.hypot(total.twice.1) / (total.energy + 1.0);
    // gradients run across the bars; where two ways are equal, either will do
    let angle =
        if one_way > 0.3 { total.twice.1.atan2(total.twice.0) / 2.0 } else { total.four.1.atan2(total.four.0) / 4.0 };
    let gradient = (angle.cos(), angle.sin());
    let along = (-gradient.1, gradient.0);
    let points: Vec<(f32, f32)> =
        members.iter().map(|&cell| ((cell % grid.columns) as f32 + 0.5, (cell / grid.columns) as f32 + 0.5)).collect();
    let across = long_axis(&points).map_or(gradient, |axis| {
        // A slant shears the code: its length is not quite at right angles to its bars.
        match axis.0 * gradient.0 + axis.1 * gradient.1 {
            same if same > 0.8 => axis,
            same if same < -0.8 => (-axis.0, -axis.1),
            _ => gradient,
        }
    });
    let (mut low, mut high) = ((f32::MAX, f32::MAX), (f32::MIN, f32::MIN));
    for &point in &points {
        let (s, t) = oblique(point, across, along);
        low = (low.0.min(s), low.1.min(t));
        high = (high.0.max(s), high.1.max(t));
    }
    let side = CELL as f32 * scale;
    let middle = ((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0);
    let half = ((high.0 - low.0 + 1.0) / 2.0, (high.1 - low.1 + 1.0) / 2.0);
    let (wide, high) = half;
    if one_way > 0.6 && high > BORDER * wide {
        return None;
    }
    // a line of print
    if look == Cluster && (one_way > 0.5 || wide.max(high) > 2.2 * wide.min(high)) {
        return None;
    }
    let filled = members.len() as f32 / (4.0 * half.0 * half.1).max(1.0);
    let agreement = total.agreement(Modules);
    let strength = (total.energy / members.len() as f32).sqrt().sqrt();
    Some(Region {
        centre: Point::new(
            (middle.0 * across.0 + middle.1 * along.0) * side,
            (middle.0 * across.1 + middle.1 * along.1) * side,
        ),
        across,
        along,
        half: (half.0 * side, half.1 * side),
        one_way,
        // Codes fill a rectangle; lines of print and cloth do not. A whole picture of one pattern is no code.
        score: (members.len() as f32).min(600.0).sqrt() * agreement * filled * filled * strength,
        cluster: look == Cluster,
    })
}

/// The direction in which the points spread at least 1.6 times as far as at right angles to it; towards the right, or
/// down.
fn long_axis(points: &[(f32, f32)]) -> Option<(f32, f32)> {
    let count = points.len() as f32;
    let (x, y) = points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0 / count, sum.1 + point.1 / count));
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for point in points {
        let (dx, dy) = (point.0 - x, point.1 - y);
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    let root = ((xx - yy) * (xx - yy) / 4.0 + xy * xy).sqrt();
    let (large, small) = ((xx + yy) / 2.0 + root, (xx + yy) / 2.0 - root);
    let angle = (2.0 * xy).atan2(xx - yy) / 2.0;
    (large > 1.6 * 1.6 * small).then(|| (angle.cos(), angle.sin()))
}
