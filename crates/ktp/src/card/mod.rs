//! The four corners of a card in a photo.

mod edges;
mod judge;
mod lines;
mod quads;
mod refine;
mod shape;

use crate::{Quad, resize::rgb_averaged};
use edges::Edges;
use image::RgbImage;

/// Long side of the copy on which lines are looked for.
const COARSE: u32 = 512;
const FINE: u32 = 1_024;

/// A card that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its corners.
    pub quad: Quad,
    /// How sure.
    pub support: f32,
    /// x
    pub features: Vec<f32>,
}

/// finds
pub fn find_card(photo: &RgbImage) -> Option<Found> {
    look(photo).into_iter().next()
}

/// for debugging
pub fn look(photo: &RgbImage) -> Vec<Found> {
    let t0 = std::time::Instant::now();
    let fine = match rgb_averaged(photo, FINE) { Ok(Some(small)) => small, Ok(None) => photo.clone(), Err(_) => return Vec::new() };
    let small = match rgb_averaged(&fine, COARSE) { Ok(Some(small)) => small, Ok(None) => photo.clone(), Err(_) => return Vec::new() };
    let up = photo.width() as f32 / fine.width() as f32;
    let photo = &fine;
    let t1 = t0.elapsed();
    let edges = Edges::of(&small);
    let t2 = t0.elapsed();
    let lines = lines::lines(&edges);
    let t3 = t0.elapsed();
    let (width, height) = (small.width() as f32, small.height() as f32);
    let factor = fine.width().max(photo.height()) as f32 / width.max(height);
    let mut out = Vec::new();
    let candidates = quads::candidates(&lines, width, height);
    let t4 = t0.elapsed();
    let debug = std::env::var_os("CARD_DEBUG").is_some();
    for candidate in candidates {
        let quad = candidate.quad.scaled(factor);
        let refined = refine::refined(photo, &quad, (2.5 * factor).max(2.5));
        if let Some((refined, sides)) = refined {
            let moved = quads::apart(&quad, &refined) / factor;
            if let Some(features) = judge::features(photo, &candidate, &refined, &sides, moved) {
                out.push(Found { quad: refined.scaled(up), support: candidate.score, features });
            }
        }
    }
    if debug {
        eprintln!("edges {} lines {} {t1:?} {t2:?} {t3:?} {t4:?} {:?}", edges.list.len(), lines.len(), t0.elapsed());
    }
    out
}
pub fn debug_lines(photo: &RgbImage, truth: &[[f32; 2]]) {
    let small = rgb_averaged(photo, COARSE).unwrap().unwrap_or(photo.clone());
    let edges = Edges::of(&small);
    let lines = lines::lines(&edges);
    eprintln!("edges {} lines {}", edges.list.len(), lines.len());
    for s in 0..4 {
        let (a, b) = (truth[s], truth[(s + 1) % 4]);
        let (a, b) = (crate::Point::new(a[0], a[1]), crate::Point::new(b[0], b[1]));
        let l = lines::Line::through(a, b);
        let seen = lines::Seen::new(l, &edges);
        eprintln!("side {s} true line {:?}", seen.stretch(l.along(a), l.along(b)));
        for (i, o) in lines.iter().enumerate() {
            let d = (o.line.off(a.x, a.y).abs()).max(o.line.off(b.x, b.y).abs());
            if d < 6.0 { eprintln!("   line {i} off {:.2} {:.2} {:?}", o.line.off(a.x,a.y), o.line.off(b.x,b.y), o.stretch(o.line.along(a), o.line.along(b))); }
        }
    }
}
