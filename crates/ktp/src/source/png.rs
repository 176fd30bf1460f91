//! PNG, averaged row by row: a screenshot of 50 MP needs the memory of the small picture and one row.

use super::{allowed, image_of};
use crate::PictureError;
use image::{RgbImage, metadata::Orientation};
use png::{ColorType, Decoder, DecodingError, Reader, Transformations};
use std::io::Cursor;

/// An interlaced file cannot be read row by row: four bytes a pixel are held, 64 MB for this many.
const MAX_INTERLACED_PIXELS: u64 = 16_000_000;

/// Width and height from the header.
pub(super) fn size(bytes: &[u8], max_pixels: u64) -> Result<(u32, u32), PictureError> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    let info = decoder.read_header_info().map_err(broken)?;
    let max = if info.interlaced { max_pixels.min(MAX_INTERLACED_PIXELS) } else { max_pixels };
    allowed(info.width, info.height, max)
}

/// Each pixel is the mean of a square of `longest / long_side` pixels (rounded down), the last ones of a part of one.
pub(super) fn rgb(bytes: &[u8], long_side: u32) -> Result<(RgbImage, Orientation), PictureError> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(broken)?;
    let (width, height, interlaced) = (reader.info().width, reader.info().height, reader.info().interlaced);
    let (color, _) = reader.output_color_type();
    let mut mean = Mean::new(width, height, (width.max(height) / long_side.max(1)).max(1), color);
    if interlaced {
        interlaced_rows(&mut reader, &mut mean)?;
    } else {
        while let Some(row) = reader.next_row().map_err(broken)? {
            mean.add(row.data());
        }
    }
    let orientation = reader
        .info()
        .exif_metadata
        .as_deref()
        .and_then(Orientation::from_exif_chunk)
        .unwrap_or(Orientation::NoTransforms);
    Ok((mean.finish()?, orientation))
}

fn interlaced_rows(reader: &mut Reader<Cursor<&[u8]>>, mean: &mut Mean) -> Result<(), PictureError> {
    let size = reader.output_buffer_size().ok_or_else(|| PictureError::Broken("too large".into()))?;
    let mut frame = vec![0; size];
    let shape = reader.next_frame(&mut frame).map_err(broken)?;
    frame.chunks_exact(shape.line_size.max(1)).for_each(|row| mean.add(row));
    Ok(())
}

/// The running sums of one row of the small picture.
struct Mean {
    width: usize,
    rows_left: u32,
    side: usize,
    color: ColorType,
    sums: Vec<[u32; 3]>,
    rows: u32,
    small: Vec<u8>,
}

impl Mean {
    fn new(width: u32, height: u32, side: u32, color: ColorType) -> Self {
        let sums = vec![[0; 3]; width.div_ceil(side) as usize];
        Mean { width: width as usize, rows_left: height, side: side as usize, color, sums, rows: 0, small: Vec::new() }
    }

    fn add(&mut self, row: &[u8]) {
        for (part, sum) in row.chunks(self.side * self.color.samples()).zip(&mut self.sums) {
            for pixel in part.chunks_exact(self.color.samples()) {
                let rgb = on_white(pixel);
                (0..3).for_each(|channel| sum[channel] += rgb[channel]);
            }
        }
        self.rows += 1;
        self.rows_left = self.rows_left.saturating_sub(1);
        if self.rows as usize == self.side || self.rows_left == 0 {
            self.emit();
        }
    }

    fn emit(&mut self) {
        for (index, sum) in self.sums.iter_mut().enumerate() {
            let columns = self.side.min(self.width - index * self.side) as u32;
            let count = (columns * self.rows).max(1);
            self.small.extend(sum.map(|total| ((total + count / 2) / count) as u8));
            *sum = [0; 3];
        }
        self.rows = 0;
    }

    fn finish(self) -> Result<RgbImage, PictureError> {
        let width = self.sums.len();
        image_of(width as u32, (self.small.len() / (width * 3).max(1)) as u32, self.small)
    }
}

/// One pixel of one to four samples, laid on white paper.
fn on_white(pixel: &[u8]) -> [u32; 3] {
    let over =
        |value: u8, alpha: u8| (u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha)) + 127) / 255;
    match *pixel {
        [grey] => [grey.into(); 3],
        [grey, alpha] => [over(grey, alpha); 3],
        [red, green, blue] => [red.into(), green.into(), blue.into()],
        [red, green, blue, alpha] => [over(red, alpha), over(green, alpha), over(blue, alpha)],
        _ => [255; 3],
    }
}

fn broken(error: DecodingError) -> PictureError {
    match error {
        DecodingError::IoError(_) => PictureError::Broken("the file ends too early".into()),
        DecodingError::LimitsExceeded => PictureError::Broken("a part of the file is too large".into()),
        DecodingError::Format(reason) => PictureError::Broken(reason.to_string()),
        DecodingError::Parameter(reason) => PictureError::Broken(reason.to_string()),
    }
}
