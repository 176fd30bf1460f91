//! The two nets, from assets/print/nik.bin, which scripts/print/train.py writes.
//!
//! The file: `PAYNIK01`, then for each layer four u16 (outs, ins, height and width of the kernel) and, as f16, the
//! weights `[out][in][y][x]` and the biases; little endian. The finder's layers come first. How the kernels move stands
//! here and in scripts/print/nets.py.

use super::convolution::{Convolution, LANES, Plane, Walk};
use std::sync::LazyLock;

static FILE: &[u8] = include_bytes!("../../../../assets/print/nik.bin");
static NETS: LazyLock<Option<Nets>> = LazyLock::new(|| Nets::read(FILE));

const fn walk(stride: (usize, usize), pad: (usize, usize), dilation: usize) -> Walk {
    Walk { stride, pad, dilation }
}

const FINDER: [Walk; 7] = [
    walk((2, 2), (2, 2), 1),
    walk((2, 2), (1, 1), 1),
    walk((1, 1), (1, 1), 1),
    walk((1, 1), (2, 2), 2),
    walk((1, 1), (4, 4), 4),
    walk((1, 1), (8, 8), 8),
    walk((1, 1), (0, 0), 1),
];
const READER: [Walk; 7] = [
    walk((2, 2), (2, 2), 1),
    walk((2, 2), (1, 1), 1),
    walk((2, 1), (1, 1), 1),
    walk((2, 1), (1, 1), 1),
    walk((1, 1), (0, 1), 1),
    walk((1, 1), (0, 1), 1),
    walk((1, 1), (0, 0), 1),
];

/// The net that finds the row and the one that reads it.
pub(super) struct Nets {
    finder: Vec<Convolution>,
    reader: Vec<Convolution>,
}

impl Nets {
    /// The built-in ones; nothing when the file that was built in is damaged, which a test rules out.
    pub fn built_in() -> Option<&'static Nets> {
        NETS.as_ref()
    }

    /// A logit for each cell: whether the row of the NIK passes through it. Channel 0 of the result.
    pub fn find(&self, coarse: Plane) -> Plane {
        self.finder.iter().fold(coarse, |plane, layer| layer.apply(&plane))
    }

    /// For each fourth column of a strip the logits of ten digits and of none, channels 0 to 10 of the result.
    pub fn read_strip(&self, strip: Plane) -> Plane {
        self.reader.iter().fold(strip, |plane, layer| layer.apply(&plane))
    }

    fn read(file: &[u8]) -> Option<Nets> {
        let mut rest = file.strip_prefix(b"PAYNIK01")?;
        let mut layers = |walks: &[Walk]| {
            let count = walks.len();
            let mut ins = 1;
            let mut layers = Vec::with_capacity(count);
            for (index, &walk) in walks.iter().enumerate() {
                let layer = layer(&mut rest, walk, index + 1 < count)?;
                if layer.ins != ins {
                    return None;
                }
                ins = layer.outs;
                layers.push(layer);
            }
            Some(layers)
        };
        let (finder, reader) = (layers(&FINDER)?, layers(&READER)?);
        let as_expected = finder.last()?.outs == 1 && reader.last()?.outs == 11 && rest.is_empty();
        as_expected.then_some(Nets { finder, reader })
    }
}

fn layer(rest: &mut &[u8], walk: Walk, hidden: bool) -> Option<Convolution> {
    let mut number = || {
        let (bytes, after) = rest.split_first_chunk::<2>()?;
        *rest = after;
        Some(u16::from_le_bytes(*bytes))
    };
    let [outs, ins, height, width] = [number()?, number()?, number()?, number()?].map(usize::from);
    // what is handed on must fill its lanes, or the next layer would read the filling as channels
    if outs == 0 || ins == 0 || height == 0 || width == 0 || (hidden && outs % LANES != 0) {
        return None;
    }
    let blocks = outs.div_ceil(LANES);
    let taps = ins * height * width;
    let mut weights = vec![[0.0; LANES]; blocks * taps];
    for out in 0..outs {
        for channel in 0..ins {
            for place in 0..height * width {
                let at = ((out / LANES) * height * width + place) * ins + channel;
                weights[at][out % LANES] = half(number()?);
            }
        }
    }
    let mut bias = vec![[0.0; LANES]; blocks];
    for out in 0..outs {
        bias[out / LANES][out % LANES] = half(number()?);
    }
    Some(Convolution { ins, outs, kernel: (height, width), walk, weights, bias, rectified: hidden })
}

/// IEEE 754 binary16. Rust's own `f16` is not stable yet.
fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let fraction = f32::from(bits & 0x3FF);
    match (bits >> 10) & 0x1F {
        0 => sign * fraction * 2.0_f32.powi(-24),
        exponent => sign * (1024.0 + fraction) * 2.0_f32.powi(i32::from(exponent) - 25),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_file_is_whole() {
        assert!(Nets::built_in().is_some());
        assert!(FILE.len() < 300_000);
    }

    #[test]
    fn a_damaged_file_is_refused() {
        assert!(Nets::read(&FILE[..FILE.len() - 1]).is_none());
        assert!(Nets::read(&FILE[1..]).is_none());
        assert!(Nets::read(b"PAYNIK01").is_none());
    }

    #[test]
    fn half_precision_is_read_as_written() {
        for (bits, value) in [(0x3C00, 1.0), (0xC000, -2.0), (0x3555, 0.333_251_95), (0x0001, 5.960_464_5e-8), (0, 0.0)]
        {
            assert_eq!(half(bits), value);
        }
    }
}
