//! Periodic patterns finer than print: the pixels of a display, and the moiré of display and sensor.

use super::view::{luma, percentile};
use crate::{Point, Quad, geometry::Homography};
use image::RgbImage;
use std::f32::consts::TAU;

/// Pixels along each side of a window of the photo, at the photo's own size: laying it flat would smooth the pattern away.
const SIDE: usize = 128;
/// Where windows are taken, as shares of the card's width and height, in pairs that share one transform.
const PLACES: [[(f32, f32); 2]; 3] = [[(0.2, 0.3), (0.2, 0.72)], [(0.5, 0.3), (0.5, 0.72)], [(0.8, 0.3), (0.8, 0.72)]];
/// In cycles a pixel: lines of print and the digits of a row are coarser, a display's pixels are not.
const COARSEST: f32 = 0.12;
/// Half of the side of the square of frequencies that a peak is compared with.
const AROUND: usize = 8;

/// How far the strongest fine frequency of the card stands out, in nats of power above the frequencies around it.
///
/// The third lowest of six windows, as a display covers all of them and a word or a portrait one or two; 0 when no
/// window fits into the photo.
pub(super) fn periodicity(photo: &RgbImage, card: &Quad) -> f32 {
    let Some(map) = Homography::between(&Quad::of_size(1.0, 1.0), card) else {
        return 0.0;
    };
    let mut peaks = Vec::new();
    for pair in PLACES {
        let windows = pair.map(|(across, down)| window(photo, map.apply(Point::new(across, down))));
        if windows.iter().all(Option::is_none) {
            continue;
        }
        let [a, b] = windows.clone().map(|window| window.unwrap_or_else(|| vec![0.0; SIDE * SIDE]));
        let both: Vec<Complex> = a.iter().zip(&b).map(|(&re, &im)| Complex { re, im }).collect();
        let powers = log_powers(both);
        let rough = powers.map(|power| smoothed(&smoothed(&power, 1, SIDE, 1), 1, 1, SIDE));
        peaks.extend(windows.iter().zip(&rough).filter(|(window, _)| window.is_some()).map(|(_, power)| peak(power)));
    }
    percentile(&mut peaks, 0.4)
}

/// Brightness around a place, without its mean, faded out towards the sides; nothing when it is not all in the photo.
fn window(photo: &RgbImage, middle: Point) -> Option<Vec<f32>> {
    let (width, side) = (photo.width() as usize, SIDE as f32);
    let (left, top) = (middle.x - side / 2.0, middle.y - side / 2.0);
    let is_inside =
        left >= 0.0 && top >= 0.0 && left + side <= photo.width() as f32 && top + side <= photo.height() as f32;
    if !is_inside {
        return None;
    }
    let (pixels, _) = photo.as_raw().as_chunks::<3>();
    let mut values = Vec::with_capacity(SIDE * SIDE);
    for row in 0..SIDE {
        let start = (top as usize + row) * width + left as usize;
        values.extend(pixels[start..start + SIDE].iter().map(|pixel| luma(&pixel.map(f32::from))));
    }
    let mean = values.iter().sum::<f32>() / values.len() as f32;
    let fade: Vec<f32> = (0..SIDE).map(|at| 0.5 - 0.5 * (TAU * (at as f32 + 0.5) / SIDE as f32).cos()).collect();
    for (row, line) in values.chunks_exact_mut(SIDE).enumerate() {
        line.iter_mut().zip(&fade).for_each(|(value, across)| *value = (*value - mean) * across * fade[row]);
    }
    Some(values)
}

/// How far the highest of the fine frequencies stands out from those around it, in nats.
///
/// Strokes that run all in one direction make a ridge through the middle of the spectrum; a peak stands out from what
/// is on its own row and column too, a ridge does not.
fn peak(power: &[f32]) -> f32 {
    let rows = smoothed(power, AROUND, SIDE, 1);
    let columns = smoothed(power, AROUND, 1, SIDE);
    let squares = smoothed(&rows, AROUND, 1, SIDE);
    let mut highest = 0.0_f32;
    // the other half says the same
    for row in 0..=SIDE / 2 {
        for column in 0..SIDE {
            let down = row as f32;
            let across = column.min(SIDE - column) as f32;
            if down.hypot(across) > COARSEST * SIDE as f32 {
                let at = row * SIDE + column;
                highest = highest.max(power[at] - rows[at].max(columns[at]).max(squares[at]));
            }
        }
    }
    highest
}

/// The mean of `reach` values on both sides, `step` apart on lines that are `line` apart, going round as frequencies do.
fn smoothed(values: &[f32], reach: usize, line: usize, step: usize) -> Vec<f32> {
    let share = 1.0 / (2 * reach + 1) as f32;
    let mut means = vec![0.0; SIDE * SIDE];
    for start in 0..SIDE {
        let at = |place: usize| start * line + (place % SIDE) * step;
        let mut sum: f32 = (SIDE - reach..=SIDE + reach).map(|place| values[at(place)]).sum();
        for place in 0..SIDE {
            means[at(place)] = sum * share;
            sum += values[at(place + reach + 1)] - values[at(place + SIDE - reach)];
        }
    }
    means
}

#[derive(Clone, Copy)]
struct Complex {
    re: f32,
    im: f32,
}

/// The logarithms of the powers of two real windows that are the real and the imaginary part of one complex one.
fn log_powers(mut both: Vec<Complex>) -> [Vec<f32>; 2] {
    let turns: Vec<Complex> =
        (0..SIDE / 2).map(|at| -TAU * at as f32 / SIDE as f32).map(|a| Complex { re: a.cos(), im: a.sin() }).collect();
    both.chunks_exact_mut(SIDE).for_each(|row| transform(row, &turns));
    let mut column = vec![Complex { re: 0.0, im: 0.0 }; SIDE];
    for at in 0..SIDE {
        (0..SIDE).for_each(|row| column[row] = both[row * SIDE + at]);
        transform(&mut column, &turns);
        (0..SIDE).for_each(|row| both[row * SIDE + at] = column[row]);
    }
    let mut powers = [Vec::with_capacity(SIDE * SIDE), Vec::with_capacity(SIDE * SIDE)];
    for row in 0..SIDE {
        for at in 0..SIDE {
            let here = both[row * SIDE + at];
            let there = both[(SIDE - row) % SIDE * SIDE + (SIDE - at) % SIDE];
            let first = (here.re + there.re).powi(2) + (here.im - there.im).powi(2);
            let second = (here.im + there.im).powi(2) + (there.re - here.re).powi(2);
            powers[0].push((first / 4.0 + 1.0).ln());
            powers[1].push((second / 4.0 + 1.0).ln());
        }
    }
    powers
}

/// Fast Fourier transform of a row of `SIDE`, in place (Cooley and Tukey, radix 2).
fn transform(row: &mut [Complex], turns: &[Complex]) {
    let bits = SIDE.trailing_zeros();
    for at in 0..SIDE {
        let other = at.reverse_bits() >> (usize::BITS - bits);
        if at < other {
            row.swap(at, other);
        }
    }
    let mut half = 1;
    while half < SIDE {
        let stride = SIDE / (2 * half);
        for block in row.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (at, (a, b)) in low.iter_mut().zip(high).enumerate() {
                let turn = turns[at * stride];
                let (re, im) = (b.re * turn.re - b.im * turn.im, b.re * turn.im + b.im * turn.re);
                (b.re, b.im) = (a.re - re, a.im - im);
                (a.re, a.im) = (a.re + re, a.im + im);
            }
        }
        half *= 2;
    }
}
