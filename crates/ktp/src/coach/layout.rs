//! Where print stands on the card, compared with where it stands on every KTP.

use super::Pose;
use super::view::{Plane, percentile};

/// Cells across and down the card: about 2.1 mm each.
const COLUMNS: usize = 40;
const ROWS: usize = 25;
/// Where an upright KTP is printed: one character a cell. `#` always, `+` often, `.` never, `P` the portrait.
const KTP: [&str; ROWS] = [
    "........................................",
    "..........++++##########++++............",
    "..........++++##########++++............",
    "..........++++##########++++............",
    "..........+++###########++++............",
    ".#####....#################++PPPPPPPPP..",
    ".#####....#################++PPPPPPPPP..",
    ".######++.##########+++++...PPPPPPPPPP..",
    ".######++.##########+++++...PPPPPPPPPP..",
    ".######++.##########+++++...PPPPPPPPPP..",
    ".######++.#########++++.....PPPPPPPPPP..",
    ".######++.#########++++.....PPPPPPPPPP..",
    ".+#####++.######++++........PPPPPPPPPP..",
    ".+#####++.######++++........PPPPPPPPPP..",
    ".+#####++.######++++........PPPPPPPPPP..",
    ".+#####++.######++++........PPPPPPPPPP..",
    ".######++.######++++........PPPPPPPPPP..",
    ".######++.######++++.........++++++++...",
    ".######++.######++++.........+#####++...",
    ".######++.########++.........+#####++...",
    ".######++.########++.........+#####++...",
    ".######++.######++++..........+++++.....",
    ".######++.########++..........+++++.....",
    ".+++++++..++++++++............++++......",
    "........................................",
];

/// How well the print stands where a KTP has it, in each pose: correlations, -1 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) upright: f32,
    pub(super) upside_down: f32,
    pub(super) mirrored: f32,
    pub(super) both: f32,
}

impl Layout {
    /// The pose that fits best, its correlation, and by how much it is ahead of the next one.
    pub(super) fn best(&self) -> (Pose, f32, f32) {
        let pose = |is_upside_down, is_mirrored| Pose { is_upside_down, is_mirrored };
        let mut all = [
            (pose(false, false), self.upright),
            (pose(true, false), self.upside_down),
            (pose(false, true), self.mirrored),
            (pose(true, true), self.both),
        ];
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        (all[0].0, all[0].1, all[0].1 - all[1].1)
    }
}

/// Compares a card laid flat with the layout of a KTP in four poses.
pub(super) fn layout(card: &Plane) -> Layout {
    let seen = busy(card);
    let wanted: Vec<f32> = KTP.iter().flat_map(|row| row.bytes().map(weight)).collect();
    let fit = |is_upside_down: bool, is_flipped: bool| {
        let at = |row: usize, column: usize| {
            let row = if is_upside_down { ROWS - 1 - row } else { row };
            let column = if is_flipped { COLUMNS - 1 - column } else { column };
            row * COLUMNS + column
        };
        let turned: Vec<f32> = (0..ROWS)
            .flat_map(|row| (0..COLUMNS).map(move |column| (row, column)))
            .map(|(r, c)| seen[at(r, c)])
            .collect();
        correlation(&turned, &wanted)
    };
    Layout {
        upright: fit(false, false),
        upside_down: fit(true, true),
        mirrored: fit(false, true),
        both: fit(true, false),
    }
}

fn weight(letter: u8) -> f32 {
    match letter {
        b'#' => 1.0,
        b'+' | b'P' => 0.5,
        _ => 0.0,
    }
}

/// How much fine print a cell holds: the mean slope of its pixels, 0 for paper to 1 for the busier tenth of the card.
fn busy(card: &Plane) -> Vec<f32> {
    let mut sums = vec![(0.0_f32, 0.0_f32); COLUMNS * ROWS];
    if card.width < COLUMNS || card.height < ROWS {
        return vec![0.0; COLUMNS * ROWS];
    }
    for row in 1..card.height - 1 {
        for column in 1..card.width - 1 {
            let at = row * card.width + column;
            let (across, down) = (
                card.values[at + 1] - card.values[at - 1],
                card.values[at + card.width] - card.values[at - card.width],
            );
            let cell = &mut sums[row * ROWS / card.height * COLUMNS + column * COLUMNS / card.width];
            *cell = (cell.0 + across.abs() + down.abs(), cell.1 + 1.0);
        }
    }
    let means: Vec<f32> = sums.iter().map(|(sum, count)| sum / count.max(1.0)).collect();
    let (paper, print) = (percentile(&mut means.clone(), 0.1), percentile(&mut means.clone(), 0.9));
    means.iter().map(|mean| ((mean - paper) / (print - paper).max(1.0)).clamp(0.0, 1.0)).collect()
}

fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len().max(1) as f32;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut both, mut only_a, mut only_b) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x - mean_a, y - mean_b);
        both += x * y;
        only_a += x * x;
        only_b += y * y;
    }
    both / (only_a * only_b).sqrt().max(1e-6)
}
