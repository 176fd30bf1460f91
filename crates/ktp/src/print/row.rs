//! Where on the card the row of the NIK is, whichever way up the card lies.

use super::convolution::Plane;
use super::nets::Nets;
use super::working::{COARSE, WORKING, Working};

/// Coarse pixels per cell of the finder, and the cells.
const CELL: f32 = 4.0;
const CELLS: (usize, usize) = (COARSE.0 as usize / 4, COARSE.1 as usize / 4);
/// Slopes that are tried: up to 5 degrees either way, in steps that move a row's ends by a quarter of a cell.
const SLOPES: i32 = 12;
const SLOPE_STEP: f32 = 0.0075;
/// A row covers about 30 cells; with fewer than this lit there is none.
const LEAST: f32 = 7.0;
/// Rows that are worth reading.
const MOST_ROWS: usize = 2;

/// A line of digits, in pixels of the working card.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub centre: (f32, f32),
    /// Its direction against the card's long side, in radians.
    pub turn: f32,
}

/// The rows that look like the NIK's, the likeliest first.
pub(super) fn rows(nets: &Nets, card: &Working) -> Vec<Row> {
    let mut heat = heat(nets.find(card.coarse()));
    let mut found = Vec::new();
    while found.len() < MOST_ROWS {
        let Some(line) = best_line(&heat) else { break };
        found.extend(line.row(&heat));
        line.cover(&mut heat);
    }
    found
}

/// The chance of each cell, `[y * CELLS.0 + x]`.
fn heat(logits: Plane) -> Vec<f32> {
    let chances = logits.values.chunks_exact(logits.channels).map(|cell| 1.0 / (1.0 + (-cell[0]).exp()));
    let mut heat: Vec<f32> = chances.collect();
    heat.resize(CELLS.0 * CELLS.1, 0.0);
    heat
}

/// In cells: y = middle + slope * (x - CELLS.0 / 2).
struct Line {
    middle: f32,
    slope: f32,
}

/// The line with the most heat on it.
fn best_line(heat: &[f32]) -> Option<Line> {
    let mut best = (LEAST, None);
    for slope in -SLOPES..=SLOPES {
        for half in 0..2 * CELLS.1 {
            let line = Line { middle: half as f32 / 2.0, slope: slope as f32 * SLOPE_STEP };
            let sum: f32 = (0..CELLS.0).map(|x| line.heat_at(heat, x)).sum();
            if sum > best.0 {
                best = (sum, Some(line));
            }
        }
    }
    best.1
}

impl Line {
    fn y(&self, x: usize) -> f32 {
        self.middle + self.slope * (x as f32 - CELLS.0 as f32 / 2.0)
    }

    /// Interpolated between the two cells that the line passes between.
    fn heat_at(&self, heat: &[f32], x: usize) -> f32 {
        let y = self.y(x);
        if y < 0.0 {
            return 0.0;
        }
        let (above, part) = (y as usize, y.fract());
        let cell = |y: usize| heat.get(y * CELLS.0 + x).copied().unwrap_or(0.0);
        cell(above) * (1.0 - part) + cell(above + 1) * part
    }

    /// The rows of cells that belong to it in a column.
    fn band(&self, x: usize, reach: f32) -> std::ops::Range<usize> {
        let y = self.y(x);
        let clamp = |y: f32| y.clamp(0.0, CELLS.1 as f32) as usize;
        clamp((y - reach).ceil())..clamp((y + reach).floor() + 1.0)
    }

    fn cover(&self, heat: &mut [f32]) {
        for x in 0..CELLS.0 {
            for y in self.band(x, 2.0) {
                heat[y * CELLS.0 + x] = 0.0;
            }
        }
    }

    /// The line laid through the cells near it, by least squares, and the middle of their extent.
    fn row(&self, heat: &[f32]) -> Option<Row> {
        let mut columns = [0.0_f32; CELLS.0];
        let [mut n, mut sx, mut sy, mut sxx, mut sxy] = [0.0_f32; 5];
        for (x, column) in columns.iter_mut().enumerate() {
            for y in self.band(x, 1.6) {
                let weight = heat[y * CELLS.0 + x].powi(2);
                let (x, y) = (x as f32, y as f32);
                *column += weight;
                n += weight;
                sx += weight * x;
                sy += weight * y;
                sxx += weight * x * x;
                sxy += weight * x * y;
            }
        }
        let spread = n * sxx - sx * sx;
        if n <= 0.0 || spread <= f32::EPSILON {
            return None;
        }
        let slope = ((n * sxy - sx * sy) / spread).clamp(-0.12, 0.12);
        let x = f32::midpoint(quantile(&columns, 0.03 * n), quantile(&columns, 0.97 * n));
        let y = sy / n + slope * (x - sx / n);
        // cell k has its centre on coarse pixel 4 k
        let zoom = (WORKING.0 as f32 / COARSE.0 as f32, WORKING.1 as f32 / COARSE.1 as f32);
        let place = |cell: f32, zoom: f32| (cell * CELL + 0.5) * zoom - 0.5;
        Some(Row { centre: (place(x, zoom.0), place(y, zoom.1)), turn: slope.atan() })
    }
}

/// Where the sum from the left reaches `weight`, as a position between columns' centres.
fn quantile(columns: &[f32], weight: f32) -> f32 {
    let mut sum = 0.0;
    for (x, column) in columns.iter().enumerate() {
        if sum + column >= weight && *column > 0.0 {
            return x as f32 - 0.5 + (weight - sum) / column;
        }
        sum += column;
    }
    columns.len() as f32 - 1.0
}
