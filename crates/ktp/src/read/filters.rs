//! Small filters for what a reader could not make out.

use image::GrayImage;

/// Adds back twice what a mean of 5 × 5 takes away: undoes some of the blur of lens and hand.
pub(super) fn sharpened(picture: &GrayImage) -> GrayImage {
    let mean = picture_of(picture, &box_mean(picture.as_raw(), picture.width() as usize, 2));
    let pixels = picture.as_raw().iter().zip(mean.as_raw());
    picture_of(
        picture,
        &pixels.map(|(&pixel, &mean)| clamped(3 * i32::from(pixel) - 2 * i32::from(mean))).collect::<Vec<_>>(),
    )
}

/// Bright specks between dark modules go: dots of a printer, scratches. Darkest of 3 × 3, then brightest.
pub(super) fn closed(picture: &GrayImage) -> GrayImage {
    let width = picture.width() as usize;
    let dark = extreme(picture.as_raw(), width, u8::min);
    picture_of(picture, &extreme(&dark, width, u8::max))
}

/// Light on dark becomes dark on light.
pub(super) fn inverted(picture: &GrayImage) -> GrayImage {
    picture_of(picture, &picture.as_raw().iter().map(|pixel| 255 - pixel).collect::<Vec<_>>())
}

fn picture_of(like: &GrayImage, pixels: &[u8]) -> GrayImage {
    GrayImage::from_raw(like.width(), like.height(), pixels.to_vec()).unwrap_or_default()
}

fn clamped(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}

/// The mean of `2 × reach + 1` pixels each way.
fn box_mean(pixels: &[u8], width: usize, reach: usize) -> Vec<u8> {
    let share = 1.0 / (2 * reach + 1) as f32;
    separable(pixels, width, reach, |near| {
        (near.iter().map(|&pixel| f32::from(pixel)).sum::<f32>() * share + 0.5) as u8
    })
}

fn extreme(pixels: &[u8], width: usize, pick: fn(u8, u8) -> u8) -> Vec<u8> {
    separable(pixels, width, 1, |near| near.iter().copied().reduce(pick).unwrap_or_default())
}

/// A filter along the rows, then along the columns; the border is repeated.
fn separable(pixels: &[u8], width: usize, reach: usize, filter: impl Fn(&[u8]) -> u8) -> Vec<u8> {
    let across = transposed_filter(pixels, width, reach, &filter);
    transposed_filter(&across, pixels.len() / width.max(1), reach, &filter)
}

/// Filters the rows and writes them as columns.
fn transposed_filter(pixels: &[u8], width: usize, reach: usize, filter: &impl Fn(&[u8]) -> u8) -> Vec<u8> {
    let height = pixels.len() / width.max(1);
    let mut out = vec![0; pixels.len()];
    let mut padded = vec![0; width + 2 * reach];
    for (y, row) in pixels.chunks_exact(width.max(1)).enumerate() {
        padded[reach..reach + width].copy_from_slice(row);
        padded[..reach].fill(row[0]);
        padded[reach + width..].fill(row[width - 1]);
        for (x, near) in padded.windows(2 * reach + 1).enumerate() {
            out[x * height + y] = filter(near);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    fn speckled() -> GrayImage {
        GrayImage::from_fn(9, 5, |x, y| Luma([if (x, y) == (4, 2) { 250 } else { 20 }]))
    }

    #[test]
    fn closing_takes_a_speck_and_keeps_the_size() {
        let closed = closed(&speckled());
        assert_eq!(closed.dimensions(), (9, 5));
        assert!(closed.pixels().all(|pixel| pixel.0 == [20]));
    }

    #[test]
    fn sharpening_leaves_an_even_picture_alone() {
        let even = GrayImage::from_pixel(7, 6, Luma([99]));
        assert_eq!(sharpened(&even), even);
        assert!(sharpened(&speckled()).get_pixel(3, 2).0[0] < 20);
    }
}
