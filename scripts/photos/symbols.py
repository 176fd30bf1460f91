"""Bar codes as grids of modules. Mostly not written by the library that will read them."""

import barcode
import numpy as np
import pdf417gen
import qrcode
import zxingcpp
from aztec_code_generator import AztecCode
from barcode.charsets import code128
from ppf.datamatrix import DataMatrix

LINEAR = ("code_128", "code_39", "ean_13", "itf")
QUIET = {"qr_code": 4, "data_matrix": 2, "aztec": 1, "pdf_417": 2, "code_128": 10, "code_39": 10, "ean_13": 10, "itf": 10}
LEVELS = [qrcode.constants.ERROR_CORRECT_L, qrcode.constants.ERROR_CORRECT_M, qrcode.constants.ERROR_CORRECT_Q]


def modules(rng, code, text):
    """The symbol without its quiet zone: an array of 1 (dark) and 0, a row per module row (one row for 1-D codes)."""
    if code == "qr_code":
        if rng.random() < 0.2:
            return from_zxing(zxingcpp.BarcodeFormat.QRCode, text)
        drawing = qrcode.QRCode(error_correction=LEVELS[int(rng.integers(0, 3))], border=0)
        drawing.add_data(text)
        return np.array(drawing.get_matrix(), np.uint8)
    if code == "data_matrix":
        return np.array(DataMatrix(text).matrix, np.uint8)
    if code == "aztec":
        return np.array([[cell in (1, "#", True) for cell in row] for row in AztecCode(text).matrix], np.uint8)
    if code == "pdf_417":
        columns = int(rng.integers(1, 4)) if len(text) < 40 else int(rng.integers(2, 6))
        rows = pdf417gen.encode(text, columns=columns, security_level=int(rng.integers(2, 5)))
        return np.array([[int(bit) for value in row for bit in format(value, "b")] for row in rows], np.uint8)
    if code == "code_128":
        return bars(code_128(text))
    if code == "ean_13":
        return bars(barcode.get_barcode_class("ean13")(text[:12]).build()[0])
    if code == "code_39":
        return bars(barcode.get_barcode_class("code39")(text, add_checksum=False).build()[0], wide=int(rng.integers(2, 4)))
    if code == "itf":
        return bars(barcode.get_barcode_class("itf")(text).build()[0], wide=int(rng.integers(2, 4)))
    raise ValueError(code)


def code_128(text):
    """Our own, since python-barcode 0.16 drops a leading 99. Set C for an even number of digits, else set B."""
    if text.isdigit() and len(text) % 2 == 0:
        values = [105] + [int(text[at : at + 2]) for at in range(0, len(text), 2)]
    else:
        values = [104] + [ord(letter) - 32 for letter in text]
    check = (values[0] + sum(at * value for at, value in enumerate(values))) % 103
    return "".join(code128.CODES[value] for value in [*values, check]) + code128.STOP + "11"


def bars(pattern, wide=None):
    """One row of modules; with `wide`, every bar is one or that many modules wide."""
    row = np.array([int(bit) for bit in pattern], np.uint8)
    if wide:
        edges = np.flatnonzero(np.diff(row)) + 1
        runs = np.split(row, edges)
        narrow = min(len(run) for run in runs)
        row = np.concatenate([np.full(wide if len(run) > narrow else 1, run[0], np.uint8) for run in runs])
    return row[None, :]


def from_zxing(kind, text):
    image = np.array(zxingcpp.create_barcode(text, kind).to_image(scale=1, add_quiet_zones=False))
    return (image < 128).astype(np.uint8)


def size_modules(code, grid):
    """(width, height) in modules, as printed without the quiet zone; 1-D codes get their height from the drawing."""
    height, width = grid.shape
    return width, (height * 3 if code == "pdf_417" else height)


def drawn(code, grid, pixels_per_module, height_pixels=None):
    """The symbol as dark = 255, at a whole number of pixels per module."""
    width, height = size_modules(code, grid)
    tall = height_pixels if code in LINEAR else height * pixels_per_module
    across = np.repeat(grid, pixels_per_module, axis=1)
    rows = (np.arange(tall) * grid.shape[0]) // tall
    return across[rows] * np.uint8(255)
