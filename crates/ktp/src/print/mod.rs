//! The NIK from the print on a card's picture, when no bar code gives it.
//!
//! A small net marks the row on a coarse copy of the card, a second one reads the strip around it, and only sixteen
//! evenly spaced digits count. Both learnt from synthetic prints alone (scripts/print/): nobody's card was used, so what
//! holds for real cards has yet to be measured with their owners' leave. docs/adr/0006-nik-from-print.md has the reasons.

mod convolution;
mod lattice;
mod nets;
mod printed;
mod row;
mod vote;
mod working;

pub use printed::{PrintedDigit, PrintedNik};
pub use vote::Vote;

use crate::{Point, Pose, Quad};
use image::GrayImage;
use lattice::COUNT;
use nets::Nets;
use row::Row;
use working::{Placement, STRIP, WORKING, Working};

/// Half the height of a digit, in pixels of the strip.
const HALF_HEIGHT: f32 = 9.6;
/// Where a row is looked at again, in pixels of the strip. What changes with such a small step was not sure.
const LOOKS: [f32; 2] = [-2.5, 2.5];

/// Reads the NIK on a card that was cut out of a photo or a camera frame: its long side across, either way up.
///
/// The corners may be off by 3 % of the width. Nothing when there is no row of sixteen digits. Takes the same time for
/// every picture but for the shrinking of large ones; keep it off the UI thread.
pub fn nik_on_card(card: &GrayImage) -> Option<PrintedNik> {
    let nets = Nets::built_in()?;
    let card = Working::new(card)?;
    let mut best: Option<PrintedNik> = None;
    for (rank, row) in row::rows(nets, &card).iter().enumerate() {
        for pose in poses(row, rank == 0) {
            // what is only reported need not be looked for once digits were seen
            if pose.is_mirrored && best.as_ref().is_some_and(|best| best.certainty() > -3.0) {
                continue;
            }
            let Some(printed) = read(nets, &card, row, pose) else { continue };
            if printed.nik().is_some() {
                return Some(printed);
            }
            if best.as_ref().is_none_or(|best| printed.certainty() > best.certainty()) {
                best = Some(printed);
            }
        }
    }
    best
}

/// How the card may lie, the likeliest first: the row belongs into the upper half.
fn poses(row: &Row, with_mirrored: bool) -> Vec<Pose> {
    let is_low = row.centre.1 > WORKING.1 as f32 / 2.0;
    let mirrors: &[bool] = if with_mirrored { &[false, true] } else { &[false] };
    let turned = [is_low, !is_low];
    mirrors.iter().flat_map(|&is_mirrored| turned.map(|is_upside_down| Pose { is_upside_down, is_mirrored })).collect()
}

fn read(nets: &Nets, card: &Working, row: &Row, pose: Pose) -> Option<PrintedNik> {
    let placement = Placement::on(row, pose);
    let look = |down: f32| nets.read_strip(card.strip(&placement.moved_down(down)));
    let mut logits = look(0.0);
    lattice::chain(&logits)?;
    for other in LOOKS.map(look) {
        logits.values.iter_mut().zip(&other.values).for_each(|(sum, logit)| *sum += logit);
    }
    logits.values.iter_mut().for_each(|sum| *sum /= (LOOKS.len() + 1) as f32);
    let chain = lattice::chain(&logits)?;
    let (first, last) = (chain.places[0], chain.places[COUNT - 1]);
    let half_pitch = (last - first) / (COUNT - 1) as f32 / 2.0;
    let middle = (STRIP.1 - 1) as f32 / 2.0;
    let corner = |x: f32, y: f32| {
        let (x, y) = placement.point(x, middle + y);
        Point::new((x + 0.5) / WORKING.0 as f32, (y + 0.5) / WORKING.1 as f32)
    };
    let (left, right) = (first - half_pitch, last + half_pitch);
    Some(PrintedNik {
        digits: std::array::from_fn(|index| PrintedDigit::new(&chain.chances[index])),
        area: Quad([
            corner(left, -HALF_HEIGHT),
            corner(right, -HALF_HEIGHT),
            corner(right, HALF_HEIGHT),
            corner(left, HALF_HEIGHT),
        ]),
        pose,
    })
}
