//! How bright the paper is, what reflections hide, and whether there is any colour.

use super::view::{Mosaic, luma, percentile};

/// The brightness that `share` of the tiles do not reach.
pub(super) fn brightness(colours: &Mosaic, share: f32) -> f32 {
    let mut values: Vec<f32> = colours.tiles.iter().map(luma).collect();
    percentile(&mut values, share)
}

/// A tile is burnt out when its weakest channel is above this: paper of the pale blue card never is, a lamp is.
const BURNT: f32 = 246.0;
/// Tiles on each side that must be burnt out as well: 2.1 mm together, more than the gap between two lines of print.
const AROUND: usize = 2;

/// Share of the card on which a reflection leaves nothing to read, 0 to 1.
pub(super) fn burnt_out(colours: &Mosaic) -> f32 {
    let (width, height) = (colours.width, colours.height);
    if width <= 2 * AROUND || height <= 2 * AROUND {
        return 0.0;
    }
    let burnt: Vec<bool> = colours.tiles.iter().map(|[red, green, blue]| red.min(*green).min(*blue) > BURNT).collect();
    let mut runs = vec![0_usize; width];
    let mut hidden = 0;
    for row in burnt.chunks_exact(width) {
        let mut across = 0;
        for (column, &here) in row.iter().enumerate() {
            across = if here { across + 1 } else { 0 };
            // Rows that have been burnt out, one below the other, over the whole width of the square that ends here.
            runs[column] = if across > 2 * AROUND { runs[column] + 1 } else { 0 };
            hidden += usize::from(runs[column] > 2 * AROUND);
        }
    }
    hidden as f32 / (width * height) as f32
}

/// Darker tiles say nothing about colour, as the noise and the file's rounding are as large as the difference.
const TOO_DARK: f32 = 40.0;
/// Tiles along each side of the patches whose colour is compared: 2.1 mm.
const PATCH: usize = 5;

/// How much the colours of the card differ from each other, in nats of red : green and blue : green.
///
/// A ratio does not change with the light, and the colour of the lamp moves all of them alike: a copy in black and
/// white has one colour in any light. Nothing when too little of the card is bright enough.
pub(super) fn colourfulness(colours: &Mosaic) -> Option<f32> {
    let mut ratios: [Vec<f32>; 2] = Default::default();
    let (across, down) = (colours.width / PATCH, colours.height / PATCH);
    for row in 0..down {
        for column in 0..across {
            let mut sum = [0.0; 3];
            for line in 0..PATCH {
                let start = (row * PATCH + line) * colours.width + column * PATCH;
                for tile in &colours.tiles[start..start + PATCH] {
                    (0..3).for_each(|channel| sum[channel] += tile[channel]);
                }
            }
            let [red, green, blue] = sum.map(|channel| channel / (PATCH * PATCH) as f32);
            let bright = red.max(green).max(blue);
            if luma(&[red, green, blue]) < TOO_DARK || bright > 250.0 {
                continue;
            }
            ratios[0].push(((red + 4.0) / (green + 4.0)).ln());
            ratios[1].push(((blue + 4.0) / (green + 4.0)).ln());
        }
    }
    if ratios[0].len() * 4 < across * down || across * down == 0 {
        return None;
    }
    let spread = |values: &mut Vec<f32>| percentile(values, 0.96) - percentile(values, 0.04);
    let [red, blue] = &mut ratios;
    Some(spread(red).hypot(spread(blue)))
}
