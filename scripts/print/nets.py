"""The two nets, how their inputs are cut and normalised, and the file that the app reads.

The same numbers stand in crates/ktp/src/print/: card.rs (sizes), nets.rs (layers), weights.rs (file).
"""
import math
import struct

import cv2
import numpy as np
import torch
from torch import nn

CARD = (685, 432)  # 8 px per mm
COARSE = (256, 160)  # 3 px per mm, what the finder sees
CELL = 4
STRIP = (448, 32)  # what the reader sees: the row at 8 px per mm
WINDOW = 24  # columns each side for the local mean and deviation of a strip


class Layer(nn.Sequential):
    """Convolution, batch norm, ReLU."""

    def __init__(self, ins, outs, kernel, stride=1, pad=0, dilation=1):
        super().__init__(
            nn.Conv2d(ins, outs, kernel, stride, pad, dilation, bias=False), nn.BatchNorm2d(outs), nn.ReLU()
        )


def finder():
    """Where the row of the NIK is: one logit per cell of 4 x 4 coarse pixels."""
    return nn.Sequential(
        Layer(1, 16, 5, 2, 2),
        Layer(16, 16, 3, 2, 1),
        Layer(16, 16, 3, 1, 1),
        Layer(16, 16, 3, 1, 2, 2),
        Layer(16, 16, 3, 1, 4, 4),
        Layer(16, 16, 3, 1, 8, 8),
        nn.Conv2d(16, 1, 1),
    )


def reader():
    """What stands at each fourth column of a strip: ten digits and none."""
    return nn.Sequential(
        Layer(1, 16, 5, 2, 2),
        Layer(16, 32, 3, 2, 1),
        Layer(32, 48, 3, (2, 1), 1),
        Layer(48, 64, 3, (2, 1), 1),
        Layer(64, 96, (2, 3), 1, (0, 1)),
        Layer(96, 96, (1, 3), 1, (0, 1)),
        nn.Conv2d(96, 11, 1),
    )


def coarse_input(images):
    """uint8 (n, 160, 256) to the finder's input: mean 0, deviation 1 over the whole picture."""
    x = torch.from_numpy(images.astype(np.float32))
    mean, deviation = x.mean((1, 2), keepdim=True), x.std((1, 2), unbiased=False, keepdim=True)
    return ((x - mean) / (deviation + 4))[:, None]


def strip_input(strips):
    """uint8 (n, 32, w) to the reader's input: mean 0, deviation 1 over the columns around each column."""
    x = strips.astype(np.float32)
    columns, squares = x.mean(1), (x * x).mean(1)
    width = x.shape[2]
    low = np.clip(np.arange(width) - WINDOW, 0, width)
    high = np.clip(np.arange(width) + WINDOW + 1, 0, width)

    def around(values):
        sums = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, 1, dtype=np.float64)], 1)
        return ((sums[:, high] - sums[:, low]) / (high - low)).astype(np.float32)

    mean = around(columns)
    deviation = np.sqrt(np.maximum(around(squares) - mean * mean, 0))
    return torch.from_numpy(((x - mean[:, None]) / (deviation[:, None] + 4))[:, None])


def cut_strip(card, centre, turn, scale=(1.0, 1.0)):
    """The strip around `centre` along the direction `turn` (radians); also the map from card pixels to strip pixels."""
    cos, sin = math.cos(turn), math.sin(turn)
    across, down = np.array([cos, sin]) * scale[0], np.array([-sin, cos]) * scale[1]
    origin = np.array(centre) - (STRIP[0] - 1) / 2 * across - (STRIP[1] - 1) / 2 * down
    to_card = np.stack([across, down, origin], axis=1)
    strip = cv2.warpAffine(card, to_card, STRIP, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    return strip, cv2.invertAffineTransform(to_card)


def folded(net):
    """Weights and biases of each layer, the batch norm folded in."""
    for layer in net:
        if isinstance(layer, Layer):
            convolution, norm = layer[0], layer[1]
            factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            yield convolution.weight * factor[:, None, None, None], norm.bias - norm.running_mean * factor
        else:
            yield layer.weight, layer.bias


@torch.no_grad()
def save(path, nets):
    """`PAYNIK01`; for each layer u16 outs, ins, height, width of the kernel, then weights [out][in][y][x] and biases
    as f16. Little endian throughout; the finder's layers first."""
    parts = [b"PAYNIK01"]
    for net in nets:
        for weight, bias in folded(net.eval()):
            parts.append(struct.pack("<4H", *weight.shape))
            parts.append(weight.numpy().astype("<f2").tobytes())
            parts.append(bias.numpy().astype("<f2").tobytes())
    path.write_bytes(b"".join(parts))
    return sum(map(len, parts))
