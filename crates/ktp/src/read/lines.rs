//! One-dimensional codes: lines across the bars, each averaged along them, and what several of them agree on.

use super::layers::Layers;
use super::regions::Region;
use crate::CodeFormat;
use crate::classify;
use crate::code::CodeKind;
use crate::engine::{Line, Symbol};
use crate::geometry::rectify_grey;
use image::GrayImage;

/// Lines over the height of a code.
const LINES: usize = 10;
/// Rows that are averaged into one line: noise falls to a half, and a slant of the bars does no harm yet.
const ROWS: usize = 4;
/// For [`cut`]: rows of a PDF417 are three modules high.
const CUT_ROWS: usize = 3;
const CUT_WIDER: u32 = 3;
const CUT_TURN: f32 = 0.1;
const FEWEST_BARS: usize = 10;
/// Bits for the median run of a line: edges lie between pixels.
const BITS: f32 = 6.0;
const MOST_BITS: f32 = 12_000.0;

/// Letters of a Code 128 whose check letter is believed at the first line.
const SURE_LENGTH: usize = 8;
/// In this order: those that check themselves first.
const FORMATS: [CodeFormat; 6] =
    [CodeFormat::Code128, CodeFormat::Code39, CodeFormat::Ean13, CodeFormat::Itf, CodeFormat::Ean8, CodeFormat::UpcE];

/// How a line is told into bars.
#[derive(Clone, Copy)]
struct Cut {
    /// What the brightness must turn by to count, as a part of the line's contrast.
    turn: f32,
    /// How much of the blur is undone.
    sharpen: f32,
}

const CUTS: [Cut; 3] =
    [Cut { turn: 0.2, sharpen: 0.0 }, Cut { turn: 0.08, sharpen: 0.0 }, Cut { turn: 0.15, sharpen: 1.5 }];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Thoroughness {
    Quick,
    /// All cuts, and further beyond the ends of the region, which may have lost some bars to glare or a shadow.
    Full,
}

/// The one-dimensional code of a region.
pub(super) fn read(layers: &Layers, region: &Region, thoroughness: Thoroughness) -> Option<Symbol> {
    let (cuts, beyond) = match thoroughness {
        Thoroughness::Quick => (&CUTS[..2], 0.08),
        Thoroughness::Full => (&CUTS[..], 0.3),
    };
    let strip = strip(layers, region, beyond)?;
    let lines = averaged(&strip, ROWS);
    let mut votes = Votes::default();
    for &cut in cuts {
        for (at, line) in lines.iter().enumerate() {
            for symbol in symbols(line, cut) {
                if symbol.format == CodeFormat::Code128 && symbol.text.len() >= SURE_LENGTH {
                    return Some(symbol);
                }
                votes.add(symbol, at);
            }
        }
        // Only when all have spoken: a misread bar is often misread on the next line as well.
        if let Some(symbol) = votes.winner() {
            return Some(symbol);
        }
    }
    None
}

/// The region laid upright, `LINES × ROWS` rows high, with some of what is beside it for the quiet zone.
fn strip(layers: &Layers, region: &Region, beyond: f32) -> Option<GrayImage> {
    let quiet = region.half.0 * beyond + 12.0;
    let length = 2.0 * (region.half.0 + quiet);
    // Larger than 2,000 pixels, the smaller layers show as much.
    let level = (0..4).find(|&level| length / layers.level(level).1 <= 2_000.0).unwrap_or(3);
    let (picture, scale) = layers.level(level);
    let width = (length / scale * if length / scale < 900.0 { 2.0 } else { 1.0 }) as u32;
    // the ends of the bars are ragged
    let quad = region.quad((quiet, -region.half.1 * 0.2)).scaled(1.0 / scale);
    rectify_grey(picture, &quad, width.max(64), (LINES * ROWS) as u32)
}

/// Each so many rows as one line.
fn averaged(strip: &GrayImage, count: usize) -> Vec<Vec<f32>> {
    let width = strip.width() as usize;
    let average = |rows: &[u8]| {
        let mut line = vec![0.0_f32; width];
        for row in rows.chunks_exact(width) {
            line.iter_mut().zip(row).for_each(|(sum, &pixel)| *sum += f32::from(pixel) / count as f32);
        }
        line
    };
    strip.as_raw().chunks_exact(width * count).map(average).collect()
}

/// A picture of upright bars in black and white, told apart line by line as 1-D codes are, at three times the width.
pub(super) fn cut(picture: &GrayImage) -> GrayImage {
    let (width, height) = (picture.width() * CUT_WIDER, picture.height() / CUT_ROWS as u32 * CUT_ROWS as u32);
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    for line in averaged(picture, CUT_ROWS) {
        let mut row = vec![255_u8; width as usize];
        let place = |at: f32| ((at * CUT_WIDER as f32 + 0.5) as usize).min(width as usize);
        for (from, to) in bars(&line, CUT_TURN) {
            row[place(from)..place(to).max(place(from))].fill(0);
        }
        (0..CUT_ROWS).for_each(|_| pixels.extend(&row));
    }
    GrayImage::from_raw(width, height, pixels).unwrap_or_default()
}

fn symbols(line: &[f32], cut: Cut) -> Vec<Symbol> {
    let sharp = if cut.sharpen > 0.0 { sharpened(line, cut.sharpen) } else { line.to_vec() };
    let bars = bars(&sharp, cut.turn);
    if bars.len() < FEWEST_BARS {
        return Vec::new();
    }
    let mut runs: Vec<f32> = bars.iter().map(|bar| bar.1 - bar.0).collect();
    runs.sort_by(f32::total_cmp);
    let factor = (BITS / runs[runs.len() / 2].max(0.1)).min(MOST_BITS / sharp.len() as f32);
    let to_bits = |place: f32| (place * factor + 0.5) as usize;
    // White before and behind: the code may reach to the end of what was cut out.
    let pad = (20.0 * BITS) as usize;
    let bits: Vec<(usize, usize)> = bars.iter().map(|bar| (to_bits(bar.0) + pad, to_bits(bar.1) + pad)).collect();
    let line = Line::new(to_bits(sharp.len() as f32) + 2 * pad, &bits);
    let mut found: Vec<Symbol> = FORMATS.iter().filter_map(|&format| line.read(format)).collect();
    let back = line.reversed();
    found.extend(FORMATS.iter().filter_map(|&format| back.read(format)));
    found
}

/// The dark runs, (begin, end) in pixels with fractions.
///
/// An edge lies half-way between a brightest and the next darkest place, however far those are apart: blur takes most
/// of the contrast from narrow bars, and a shadow from all on its side.
fn bars(line: &[f32], turn: f32) -> Vec<(f32, f32)> {
    let (low, high) = line.iter().fold((f32::MAX, f32::MIN), |(low, high), &v| (low.min(v), high.max(v)));
    let turn = ((high - low) * turn).max(4.0);
    let mut extremes: Vec<usize> = Vec::new();
    let (mut best, mut rising) = (0, true);
    for (at, &value) in line.iter().enumerate() {
        let ahead = if rising { value - line[best] } else { line[best] - value };
        if ahead > 0.0 {
            best = at;
        } else if -ahead > turn {
            extremes.push(best);
            best = at;
            rising = !rising;
        }
    }
    extremes.push(best);
    let edges: Vec<f32> = extremes.windows(2).map(|pair| crossing(line, pair[0], pair[1])).collect();
    // the first extreme is a bright one
    edges.as_chunks::<2>().0.iter().map(|&[from, to]| (from, to)).collect()
}

fn crossing(line: &[f32], from: usize, to: usize) -> f32 {
    let middle = (line[from] + line[to]) / 2.0;
    let falling = line[from] > line[to];
    for at in from..to {
        if (line[at + 1] < middle) == falling {
            let step = line[at + 1] - line[at];
            let part = if step.abs() > 1e-6 { (middle - line[at]) / step } else { 0.5 };
            return at as f32 + 0.5 + part.clamp(0.0, 1.0);
        }
    }
    to as f32
}

/// Adds back what a mean over the neighbours takes away.
fn sharpened(line: &[f32], amount: f32) -> Vec<f32> {
    let last = line.len() - 1;
    let at = |index: usize, by: isize| line[index.saturating_add_signed(by).min(last)];
    (0..line.len())
        .map(|x| {
            let mean = (at(x, -3) + at(x, -2) + at(x, -1) + at(x, 0) + at(x, 1) + at(x, 2) + at(x, 3)) / 7.0;
            line[x] + amount * (line[x] - mean)
        })
        .collect()
}

/// What the lines said: each symbol with the lines that said so.
#[derive(Default)]
struct Votes(Vec<(Symbol, Vec<usize>)>);

impl Votes {
    fn add(&mut self, symbol: Symbol, line: usize) {
        match self.0.iter_mut().find(|(known, _)| *known == symbol) {
            Some((_, lines)) if lines.contains(&line) => {}
            Some((_, lines)) => lines.push(line),
            None => self.0.push((symbol, vec![line])),
        }
    }

    /// The one that enough lines agree on while hardly any says otherwise.
    fn winner(&self) -> Option<Symbol> {
        let (symbol, lines) = self.0.iter().max_by_key(|(_, lines)| lines.len())?;
        let others = self.0.iter().filter(|(other, _)| other != symbol).map(|(_, lines)| lines.len()).max();
        (lines.len() >= needed(symbol) && lines.len() > 4 * others.unwrap_or(0)).then(|| symbol.clone())
    }
}

/// Lines of ten that must agree. Code 39 and ITF have no check digit, the EANs and a short Code 128 a weak one.
fn needed(symbol: &Symbol) -> usize {
    match symbol.format {
        CodeFormat::Code128 | CodeFormat::Ean13 => 3,
        _ if matches!(classify(&symbol.text), CodeKind::Nik(_)) => 3,
        _ => 4,
    }
}
