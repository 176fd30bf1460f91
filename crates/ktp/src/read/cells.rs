//! The picture in cells: how strong its edges are there, and which way they run.

use image::GrayImage;

/// Pixels of a cell's side on the searched layer.
pub(super) const CELL: usize = 8;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Look {
    /// All edges run one way.
    Bars,
    /// Edges run two ways at right angles.
    Modules,
    /// Only more edges than around it: blur rounds the modules of a small code until they agree on no direction.
    Cluster,
}
/// Sums over a cell.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    /// Squared gradient.
    pub(super) energy: f32,
    /// The same as a vector of the doubled angle, and of the angle times four.
    pub(super) twice: (f32, f32),
    pub(super) four: (f32, f32),
}

/// Cells in rows.
pub(super) struct Grid {
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) cells: Vec<Sums>,
}

impl Grid {
    /// Nothing of a picture of less than three cells each way. Every second line is enough to tell.
    pub(super) fn of(picture: &GrayImage) -> Option<Self> {
        let (columns, rows) = (picture.width() as usize / CELL, picture.height() as usize / CELL);
        (columns >= 3 && rows >= 3).then(|| Grid { columns, rows, cells: cells(picture, columns, rows) })
    }

    /// Each cell with so many neighbours to each side: the mean.
    pub(super) fn smoothed(&self, reach: usize) -> Self {
        let Grid { columns, rows, .. } = *self;
        let mut wide = vec![Sums::default(); self.cells.len()];
        for (from, to) in self.cells.chunks_exact(columns).zip(wide.chunks_exact_mut(columns)) {
            running(from, to, 1, columns, reach);
        }
        let mut cells = vec![Sums::default(); self.cells.len()];
        for column in 0..columns {
            running(&wide[column..], &mut cells[column..], columns, rows, reach);
        }
        Grid { columns, rows, cells }
    }

    /// The energy that such a part of the cells does not reach.
    pub(super) fn quantile(&self, part: f32) -> f32 {
        // every seventh cell tells it well enough
        let mut energies: Vec<f32> = self.cells.iter().step_by(7).map(|cell| cell.energy).collect();
        let rank = (energies.len() as f32 * part) as usize;
        *energies.select_nth_unstable_by(rank, f32::total_cmp).1
    }

    /// The cells that share a side with this one.
    pub(super) fn neighbours(&self, cell: usize) -> impl Iterator<Item = usize> {
        let (x, y) = (cell % self.columns, cell / self.columns);
        [
            (x > 0).then(|| cell - 1),
            (x + 1 < self.columns).then(|| cell + 1),
            (y > 0).then(|| cell - self.columns),
            (y + 1 < self.rows).then(|| cell + self.columns),
        ]
        .into_iter()
        .flatten()
    }
}

fn cells(picture: &GrayImage, columns: usize, rows: usize) -> Vec<Sums> {
    let stride = picture.width() as usize;
    let pixels = picture.as_raw();
    let mut cells = vec![Sums::default(); columns * rows];
    for y in (1..rows * CELL - 1).step_by(2) {
        let above = &pixels[(y - 1) * stride..y * stride];
        let line = &pixels[y * stride..(y + 1) * stride];
        let below = &pixels[(y + 1) * stride..(y + 2) * stride];
        let row = &mut cells[y / CELL * columns..][..columns];
        // the first and the last cell of a line have no neighbour to one side
        for (at, cell) in row.iter_mut().enumerate().take(columns - 1).skip(1) {
            let from = at * CELL;
            let (left, right) = (&line[from - 1..][..CELL], &line[from + 1..][..CELL]);
            let (above, below) = (&above[from..][..CELL], &below[from..][..CELL]);
            let mut sums = [[0.0_f32; CELL]; 5];
            for x in 0..CELL {
                let gx = f32::from(right[x]) - f32::from(left[x]);
                let gy = f32::from(below[x]) - f32::from(above[x]);
                let (a, b, energy) = (gx * gx - gy * gy, 2.0 * gx * gy, gx * gx + gy * gy);
                let weight = 1.0 / (energy + 64.0);
                sums[0][x] = energy;
                sums[1][x] = a;
                sums[2][x] = b;
                sums[3][x] = (a * a - b * b) * weight;
                sums[4][x] = 2.0 * a * b * weight;
            }
            let [energy, a, b, c, d] = sums.map(|each| each.iter().sum::<f32>());
            cell.energy += energy;
            cell.twice = (cell.twice.0 + a, cell.twice.1 + b);
            cell.four = (cell.four.0 + c, cell.four.1 + d);
        }
    }
    // per pixel
    let share = 2.0 / (CELL * CELL) as f32;
    for cell in &mut cells {
        *cell = cell.times(share);
    }
    cells
}

impl Sums {
    pub(super) fn plus(self, other: Self) -> Self {
        Sums {
            energy: self.energy + other.energy,
            twice: (self.twice.0 + other.twice.0, self.twice.1 + other.twice.1),
            four: (self.four.0 + other.four.0, self.four.1 + other.four.1),
        }
    }

    fn times(self, factor: f32) -> Self {
        Sums {
            energy: self.energy * factor,
            twice: (self.twice.0 * factor, self.twice.1 * factor),
            four: (self.four.0 * factor, self.four.1 * factor),
        }
    }

    pub(super) fn way(&self, look: Look) -> (f32, f32) {
        if look == Look::Bars { self.twice } else { self.four }
    }

    pub(super) fn agreement(&self, look: Look) -> f32 {
        let way = self.way(look);
        way.0.hypot(way.1) / (self.energy + 1.0)
    }
}

/// A running mean of `count` cells that are `step` apart.
fn running(from: &[Sums], to: &mut [Sums], step: usize, count: usize, reach: usize) {
    let share = 1.0 / (2 * reach + 1) as f32;
    let at = |index: usize| from[index * step];
    for index in 0..count {
        let range = index.saturating_sub(reach)..(index + reach + 1).min(count);
        to[index * step] = range.map(at).fold(Sums::default(), Sums::plus).times(share);
    }
}
