//! Where the colour changes, thinned to lines one pixel wide.

use image::RgbImage;

/// A colour change smaller than this, in levels of 255 per pixel, is grain.
const FAINTEST: f32 = 2.5;
/// Pixels that are looked at for edges, as a share of the picture: noise must not cost seconds.
const BUSIEST: f32 = 0.45;

/// One place where the colour changes.
#[derive(Clone, Copy, Default)]
pub(super) struct Edge {
    /// From left to right, in pixels from the left border, to a part of a pixel.
    pub(super) x: f32,
    /// From top to bottom, likewise.
    pub(super) y: f32,
    /// Across the edge, of length 1, towards the brighter side.
    pub(super) normal: [f32; 2],
    /// How much the colour changes, in levels per pixel.
    pub(super) strength: f32,
}

/// The thin edges of a picture.
pub(super) struct Edges {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) list: Vec<Edge>,
    /// For each pixel the place in `list` plus one, or 0.
    map: Vec<u32>,
}

impl Edges {
    /// The edge at a pixel, if there is one.
    pub(super) fn at(&self, x: i32, y: i32) -> Option<(usize, &Edge)> {
        if x < 0 || y < 0 || x as usize >= self.width || y as usize >= self.height {
            return None;
        }
        let index = self.map[y as usize * self.width + x as usize].checked_sub(1)? as usize;
        Some((index, self.list.get(index)?))
    }

    /// Colour gradients (Di Zenzo 1986: the channels' tensors added up), kept where they are largest across the edge.
    pub(super) fn of(picture: &RgbImage) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let mut edges = Edges { width, height, list: Vec::new(), map: vec![0; width * height] };
        if width < 5 || height < 5 {
            return edges;
        }
        let slopes = slopes(picture);
        let faintest = faintest(&slopes);
        for y in 2..height - 2 {
            for x in 2..width - 2 {
                let here = slopes[y * width + x];
                if here.size < faintest {
                    continue;
                }
                let [dx, dy] = here.neighbour();
                let step = dy * width as isize + dx;
                let at = |offset: isize| slopes[((y * width + x) as isize + offset) as usize].size;
                let (before, after) = (at(-step), at(step));
                if before > here.size || after >= here.size {
                    continue;
                }
                // the top of the parabola through the three
                let bend = before - 2.0 * here.size + after;
                let shift = if bend < -1e-6 { (0.5 * (before - after) / bend).clamp(-0.5, 0.5) } else { 0.0 };
                edges.list.push(Edge {
                    x: x as f32 + 0.5 + shift * dx as f32,
                    y: y as f32 + 0.5 + shift * dy as f32,
                    normal: here.normal,
                    strength: here.size,
                });
                edges.map[y * width + x] = edges.list.len() as u32;
            }
        }
        edges
    }
}

#[derive(Clone, Copy, Default)]
struct Slope {
    size: f32,
    normal: [f32; 2],
}

impl Slope {
    /// The neighbour that the normal points to.
    fn neighbour(self) -> [isize; 2] {
        // beyond 67.5° from an axis, that axis does not count
        let way = |part: f32| if part.abs() < 0.383 { 0 } else { part.signum() as isize };
        self.normal.map(way)
    }
}

/// The change below which a pixel is not looked at: grain, or whatever leaves [`BUSIEST`] of the picture.
fn faintest(slopes: &[Slope]) -> f32 {
    let mut counts = [0_usize; 64];
    for slope in slopes {
        counts[(slope.size as usize).min(63)] += 1;
    }
    let mut left = (slopes.len() as f32 * BUSIEST) as usize;
    for (level, &count) in counts.iter().enumerate().rev() {
        if count > left {
            return FAINTEST.max(level as f32 + 1.0);
        }
        left -= count;
    }
    FAINTEST
}

/// Three channels and an empty one: four fit a register.
type Colour = [f32; 4];

/// Scharr's 3 × 3 gradient of a slightly smoothed picture.
fn slopes(picture: &RgbImage) -> Vec<Slope> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let smooth = smoothed(picture);
    let mut slopes = vec![Slope::default(); width * height];
    for y in 1..height - 1 {
        let rows = [y - 1, y, y + 1].map(|row| &smooth[row * width..(row + 1) * width]);
        let out = &mut slopes[y * width + 1..(y + 1) * width - 1];
        let columns = rows[0].windows(3).zip(rows[1].windows(3)).zip(rows[2].windows(3));
        for (slope, ((above, here), below)) in out.iter_mut().zip(columns) {
            let (mut gx, mut gy) = ([0.0_f32; 4], [0.0_f32; 4]);
            for channel in 0..4 {
                let at = |row: &[Colour], column: usize| row[column][channel];
                let falling = at(below, 2) - at(above, 0);
                let rising = at(below, 0) - at(above, 2);
                gx[channel] = 3.0 * (falling - rising) + 10.0 * (at(here, 2) - at(here, 0));
                gy[channel] = 3.0 * (falling + rising) + 10.0 * (at(below, 1) - at(above, 1));
            }
            *slope = steepest(gx.map(|part| part / 32.0), gy.map(|part| part / 32.0));
        }
    }
    slopes
}

/// The direction in which the colour changes most.
fn steepest(gx: Colour, gy: Colour) -> Slope {
    let dot = |a: Colour, b: Colour| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let (xx, xy, yy) = (dot(gx, gx), dot(gx, gy), dot(gy, gy));
    let size = ((xx + yy) / 2.0 + ((xx - yy) * (xx - yy) / 4.0 + xy * xy).sqrt()).sqrt();
    if size < FAINTEST / 2.0 {
        return Slope { size, normal: [1.0, 0.0] };
    }
    // the eigenvector, from whichever row of the tensor is larger
    let way = if xx >= yy { [size * size - yy, xy] } else { [xy, size * size - xx] };
    let length = way[0].hypot(way[1]).max(1e-6);
    let brighter = way[0] * (gx[0] + gx[1] + gx[2]) + way[1] * (gy[0] + gy[1] + gy[2]) >= 0.0;
    Slope { size, normal: way.map(|part| if brighter { part / length } else { -part / length }) }
}

/// 1-2-1 both ways: noise of low light has no direction, but its gradient has.
fn smoothed(picture: &RgbImage) -> Vec<Colour> {
    let width = picture.width() as usize;
    let mix = |a: Colour, b: Colour, c: Colour| [0, 1, 2, 3].map(|at: usize| (a[at] + 2.0 * b[at] + c[at]) * 0.25);
    let pixels: Vec<Colour> =
        picture.as_raw().as_chunks().0.iter().map(|&[r, g, b]| [r.into(), g.into(), b.into(), 0.0]).collect();
    let mut across = pixels.clone();
    for (row, out) in pixels.chunks_exact(width).zip(across.chunks_exact_mut(width)) {
        for (three, out) in row.windows(3).zip(&mut out[1..]) {
            *out = mix(three[0], three[1], three[2]);
        }
    }
    let mut down = pixels;
    for at in width..across.len() - width {
        down[at] = mix(across[at - width], across[at], across[at + width]);
    }
    down
}
