//! Says what is wrong with the photo of a card while the person is still there.
//!
//! A fault is what would keep the office from reading or believing the card, no more: whoever is nagged over every
//! photo stops listening. [`measure`] takes the numbers, [`Measures::faults`] holds every threshold and its reason.

mod layout;
mod light;
mod sharpness;
mod spectrum;
mod verdict;
mod view;

use crate::geometry::CARD_WIDTH_MM;
use crate::{PhotoFault, Pose, Quad};
use image::RgbImage;
use layout::layout;
use view::View;

/// What was measured on a photo.
#[derive(Clone, Debug, PartialEq)]
pub struct Measures {
    /// The card's own numbers; nothing when no card was found or its quad has no area.
    pub card: Option<CardMeasures>,
    /// Brightness, 0 to 255: three quarters of the card are darker, ink and portrait among them; without a card, 95 % of
    /// the photo, as a dark table is no darkness.
    pub paper: f32,
    /// Smear across the sharpest direction, the standard deviation in mm on the card, or else in thousandths of the
    /// photo's longer side; nothing without any strokes.
    pub smear_least: Option<f32>,
    /// As `smear_least`, across the softest direction.
    pub smear_most: Option<f32>,
    /// Share of the card (or else of the photo) that is burnt out, 0 to 1.
    pub burnt_out: f32,
    /// How much the colours differ, in nats; nothing in the dark.
    pub colourfulness: Option<f32>,
}

/// What was measured on the card alone.
#[derive(Clone, Debug, PartialEq)]
pub struct CardMeasures {
    /// Mean of the two long sides in pixels of a photo of 1,600 px, the size that is kept; of the photo's own when smaller.
    pub width: f32,
    /// How far the card reaches beyond the photo's border, in mm; 0 when it does not.
    pub beyond_mm: f32,
    /// Whether a whole side lies on the border, which is what a finder of corners makes of a card that goes on beyond.
    pub has_side_on_border: bool,
    /// How far a fine periodic pattern stands out, in nats.
    pub periodicity: f32,
    /// The pose that the layout of the print suggests.
    pub pose: Pose,
    /// How well the print fits a KTP in this pose: a correlation, -1 to 1.
    pub fit: f32,
    /// How much better that is than the next best pose.
    pub lead: f32,
    /// How far down the quad's upper side points, -1 for a card that is upright in the photo, 1 for one head down.
    pub head_down: f32,
}

/// The faults of a photo, what to mend first coming first; empty when it is good.
///
/// `photo` is upright as its Exif says, 1,600 to 2,000 px long; `card` the found card in its pixels, in whatever pose;
/// `pose` how a reader of the number found the card to lie in `card`, if one did. About 20 ms.
pub fn judge(photo: &RgbImage, card: Option<&Quad>, pose: Option<Pose>) -> Vec<PhotoFault> {
    measure(photo, card).faults(pose)
}

/// The numbers on which [`judge`] decides.
pub fn measure(photo: &RgbImage, card: Option<&Quad>) -> Measures {
    let found = card.and_then(|card| View::of_card(photo, card).map(|view| (card, view)));
    match found {
        Some((card, view)) => {
            Measures { card: Some(on_card(photo, card, &view)), ..on_view(&view, CARD_WIDTH_MM, 0.75) }
        }
        None => on_view(&View::of_photo(photo), 1_000.0, 0.95),
    }
}

/// The numbers of a view that is `across` units wide on its longer side, `share` of it being darker than paper.
fn on_view(view: &View, across: f32, share: f32) -> Measures {
    let longer = view.half.width.max(view.half.height).max(1);
    let unit = across / longer as f32;
    let smear = sharpness::smear(&view.half);
    Measures {
        card: None,
        paper: light::brightness(&view.colours, share),
        smear_least: smear.map(|smear| smear.least * unit),
        smear_most: smear.map(|smear| smear.most * unit),
        burnt_out: light::burnt_out(&view.colours),
        colourfulness: light::colourfulness(&view.colours),
    }
}

/// The longer side of the photo that is kept ([`crate::Limits`]).
const KEPT: f32 = 1_600.0;
/// A corner this close to the photo's border, in shares of its shorter side, lies on it: finders of corners are a few
/// pixels off.
const AT_THE_BORDER: f32 = 0.004;

fn on_card(photo: &RgbImage, card: &Quad, view: &View) -> CardMeasures {
    let (width, height) = (photo.width() as f32, photo.height() as f32);
    let [top, right, bottom, left] = card.sides();
    let longest = ((top + bottom) / 2.0).max((left + right) / 2.0);
    let margins = card.0.map(|corner| [corner.x, corner.y, width - corner.x, height - corner.y]);
    let beyond = margins.iter().flatten().copied().fold(0.0, f32::min).abs();
    let is_on = |corner: usize, border: usize| margins[corner % 4][border] < AT_THE_BORDER * width.min(height);
    let (pose, fit, lead) = layout(&view.half).best();
    CardMeasures {
        width: longest * (KEPT / width.max(height)).min(1.0),
        beyond_mm: beyond * CARD_WIDTH_MM / longest.max(1.0),
        has_side_on_border: (0..16).any(|at| is_on(at / 4, at % 4) && is_on(at / 4 + 1, at % 4)),
        periodicity: spectrum::periodicity(photo, card),
        pose,
        fit,
        lead,
        head_down: head_down(card),
    }
}

/// The sine of the angle by which the way from the lower to the upper side points down.
fn head_down(card: &Quad) -> f32 {
    let [a, b, c, d] = card.0;
    let (across, down) = (a.x + b.x - c.x - d.x, a.y + b.y - c.y - d.y);
    down / across.hypot(down).max(1.0)
}
