//! Where the colour changes, thinned to lines one pixel wide.

use image::RgbImage;

/// A colour change smaller than this, in levels of 255 per pixel, is grain.
const FAINTEST: f32 = 2.5;
/// The eight directions that thinning looks along.
const SECTORS: f32 = 4.0 / std::f32::consts::PI;

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
        for y in 2..height - 2 {
            for x in 2..width - 2 {
                let here = slopes[y * width + x];
                if here.size < FAINTEST {
                    continue;
                }
                let [dx, dy] = here.sector();
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
    fn sector(self) -> [isize; 2] {
        let [x, y] = self.normal;
        match (y.atan2(x) * SECTORS).round() as i32 {
            0 => [1, 0],
            1 => [1, 1],
            2 => [0, 1],
            3 => [-1, 1],
            -1 => [1, -1],
            -2 => [0, -1],
            -3 => [-1, -1],
            _ => [-1, 0],
        }
    }
}

/// Scharr's 3 × 3 gradient of a slightly smoothed picture.
fn slopes(picture: &RgbImage) -> Vec<Slope> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let smooth = smoothed(picture);
    let mut slopes = vec![Slope::default(); width * height];
    for y in 1..height - 1 {
        for x in 1..width - 1 {
            let at = y * width + x;
            let pixel = |offset: isize| smooth[(at as isize + offset) as usize];
            let row = width as isize;
            let around =
                [pixel(-row - 1), pixel(-row), pixel(-row + 1), pixel(-1), pixel(1), pixel(row - 1), pixel(row), pixel(row + 1)];
            let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
            let mut sum = [0.0; 2];
            for channel in 0..3 {
                let [nw, n, ne, w, e, sw, s, se] = around.map(|pixel| pixel[channel]);
                let gx = (3.0 * (ne - nw + se - sw) + 10.0 * (e - w)) / 32.0;
                let gy = (3.0 * (sw - nw + se - ne) + 10.0 * (s - n)) / 32.0;
                xx += gx * gx;
                xy += gx * gy;
                yy += gy * gy;
                sum[0] += gx;
                sum[1] += gy;
            }
            let half_gap = ((xx - yy) * (xx - yy) / 4.0 + xy * xy).sqrt();
            let size = ((xx + yy) / 2.0 + half_gap).sqrt();
            if size < FAINTEST / 2.0 {
                slopes[at].size = size;
                continue;
            }
            let turn = 0.5 * (2.0 * xy).atan2(xx - yy);
            let normal = [turn.cos(), turn.sin()];
            let brighter = normal[0] * sum[0] + normal[1] * sum[1] >= 0.0;
            slopes[at] = Slope { size, normal: if brighter { normal } else { normal.map(|part| -part) } };
        }
    }
    slopes
}

/// 1-2-1 both ways: noise of low light has no direction, but its gradient has.
fn smoothed(picture: &RgbImage) -> Vec<[f32; 3]> {
    let width = picture.width() as usize;
    let pixels: Vec<[f32; 3]> = picture.as_raw().as_chunks::<3>().0.iter().map(|pixel| pixel.map(f32::from)).collect();
    let mix = |a: [f32; 3], b: [f32; 3], c: [f32; 3]| [0, 1, 2].map(|at: usize| (a[at] + 2.0 * b[at] + c[at]) / 4.0);
    let mut across = pixels.clone();
    for (row, out) in pixels.chunks_exact(width).zip(across.chunks_exact_mut(width)) {
        for x in 1..width - 1 {
            out[x] = mix(row[x - 1], row[x], row[x + 1]);
        }
    }
    let mut down = across.clone();
    for at in width..pixels.len() - width {
        down[at] = mix(across[at - width], across[at], across[at + width]);
    }
    down
}
