//! Smaller, never larger.

use crate::PictureError;
use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use image::{GrayImage, RgbImage};

/// Lanczos, for eyes. Returns the picture as it is when its longer side is not above `long_side`.
pub(crate) fn rgb_within(rgb: RgbImage, long_side: u32) -> Result<RgbImage, PictureError> {
    Ok(rgb_lanczos(&rgb, long_side)?.unwrap_or(rgb))
}

/// Lanczos, for eyes. Nothing when already that small.
pub(crate) fn rgb_lanczos(rgb: &RgbImage, long_side: u32) -> Result<Option<RgbImage>, PictureError> {
    rgb_smaller(rgb, long_side, FilterType::Lanczos3)
}

/// Area average, for measuring. Nothing when already that small.
pub(crate) fn rgb_averaged(rgb: &RgbImage, long_side: u32) -> Result<Option<RgbImage>, PictureError> {
    rgb_smaller(rgb, long_side, FilterType::Box)
}

fn rgb_smaller(rgb: &RgbImage, long_side: u32, filter: FilterType) -> Result<Option<RgbImage>, PictureError> {
    let Some((width, height)) = smaller(rgb.dimensions(), long_side) else {
        return Ok(None);
    };
    let from = ImageRef::new(rgb.width(), rgb.height(), rgb.as_raw(), PixelType::U8x3).map_err(|_| fault())?;
    let mut small = Image::new(width, height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    Resizer::new().resize(&from, &mut small, &options).map_err(|_| fault())?;
    RgbImage::from_raw(width, height, small.into_vec()).map(Some).ok_or_else(fault)
}

/// Half of the width and height, rounded down but not to nothing: the mean of each two by two pixels.
pub(crate) fn halved(picture: &GrayImage) -> GrayImage {
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    if width == 0 || height == 0 {
        return picture.clone();
    }
    let mut small = Vec::with_capacity(width as usize * height as usize);
    let stride = picture.width() as usize;
    for rows in picture.as_raw().chunks_exact(2 * stride) {
        let (upper, lower) = rows.split_at(stride);
        let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        small.extend(pairs.map(|(above, below)| {
            let sum = above.iter().chain(below).map(|&pixel| u16::from(pixel)).sum::<u16>();
            ((sum + 2) / 4) as u8
        }));
    }
    GrayImage::from_raw(width, height, small).unwrap_or_default()
}

/// The size at the same shape, at least one pixel each way; nothing when no change is needed.
fn smaller((width, height): (u32, u32), long_side: u32) -> Option<(u32, u32)> {
    let longest = width.max(height);
    let part = |side: u32| {
        let rounded = (u64::from(side) * u64::from(long_side) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(rounded).unwrap_or(long_side).max(1)
    };
    (longest > long_side.max(1)).then(|| (part(width), part(height)))
}

fn fault() -> PictureError {
    PictureError::Broken("the picture could not be resized".into())
}
