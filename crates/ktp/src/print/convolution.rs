//! One layer of a net: a convolution with its bias, direct loops over a picture whose channels lie innermost.
//!
//! Sixteen output channels at a time stay in registers, so that the compiler turns the inner loop into vector code on
//! x86 and ARM alike without a line for either.

/// Output channels that are computed together; a layer with fewer is filled up with zeros.
pub(super) const LANES: usize = 16;
/// Neighbouring outputs that share each weight that is loaded.
const TILE: usize = 2;

/// A picture inside a net, `values[(y * width + x) * channels + channel]`.
pub(super) struct Plane {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
    pub values: Vec<f32>,
}

/// How a kernel moves. Each pair is (down, across).
#[derive(Clone, Copy)]
pub(super) struct Walk {
    pub stride: (usize, usize),
    pub pad: (usize, usize),
    pub dilation: usize,
}

/// Weights `[block of 16 outs][y][x][in][out in block]` and how they are moved.
pub(super) struct Convolution {
    pub ins: usize,
    pub outs: usize,
    pub kernel: (usize, usize),
    pub walk: Walk,
    pub weights: Vec<[f32; LANES]>,
    pub bias: Vec<[f32; LANES]>,
    /// Whether negative results become zero.
    pub rectified: bool,
}

impl Plane {
    /// A frame of zeros around it.
    fn padded(&self, (down, across): (usize, usize)) -> Plane {
        let (height, width) = (self.height + 2 * down, self.width + 2 * across);
        let mut values = vec![0.0; height * width * self.channels];
        let (row, wide_row) = (self.width * self.channels, width * self.channels);
        for y in 0..self.height {
            let start = (y + down) * wide_row + across * self.channels;
            values[start..start + row].copy_from_slice(&self.values[y * row..(y + 1) * row]);
        }
        Plane { height, width, channels: self.channels, values }
    }
}

impl Convolution {
    /// The layer's output; its channels are a multiple of [`LANES`]. The input must be as large as the kernel.
    pub fn apply(&self, input: &Plane) -> Plane {
        let input = input.padded(self.walk.pad);
        let size = |side: usize, kernel: usize, stride: usize| {
            (side.saturating_sub((kernel - 1) * self.walk.dilation + 1)) / stride + 1
        };
        let height = size(input.height, self.kernel.0, self.walk.stride.0);
        let width = size(input.width, self.kernel.1, self.walk.stride.1);
        let channels = self.bias.len() * LANES;
        let mut values = vec![0.0; height * width * channels];
        for y in 0..height {
            for block in 0..self.bias.len() {
                let mut x = 0;
                while x + TILE <= width {
                    let sums = self.sums::<TILE>(&input, block, y, x);
                    for (step, sum) in sums.iter().enumerate() {
                        let start = (y * width + x + step) * channels + block * LANES;
                        values[start..start + LANES].copy_from_slice(sum);
                    }
                    x += TILE;
                }
                for x in x..width {
                    let [sum] = self.sums::<1>(&input, block, y, x);
                    let start = (y * width + x) * channels + block * LANES;
                    values[start..start + LANES].copy_from_slice(&sum);
                }
            }
        }
        Plane { height, width, channels, values }
    }

    /// Sixteen channels of `N` neighbouring outputs.
    fn sums<const N: usize>(&self, input: &Plane, block: usize, y: usize, x: usize) -> [[f32; LANES]; N] {
        let mut sums = [self.bias[block]; N];
        for down in 0..self.kernel.0 {
            let row = (y * self.walk.stride.0 + down * self.walk.dilation) * input.width;
            for across in 0..self.kernel.1 {
                let from = |step: usize| {
                    let column = (x + step) * self.walk.stride.1 + across * self.walk.dilation;
                    let start = (row + column) * self.ins;
                    &input.values[start..start + self.ins]
                };
                let pixels: [&[f32]; N] = std::array::from_fn(from);
                let first = ((block * self.kernel.0 + down) * self.kernel.1 + across) * self.ins;
                for (channel, weights) in self.weights[first..first + self.ins].iter().enumerate() {
                    for (sum, pixel) in sums.iter_mut().zip(&pixels) {
                        let value = pixel[channel];
                        for (sum, weight) in sum.iter_mut().zip(weights) {
                            *sum += value * weight;
                        }
                    }
                }
            }
        }
        if self.rectified {
            sums.iter_mut().flatten().for_each(|sum| *sum = sum.max(0.0));
        }
        sums
    }
}
