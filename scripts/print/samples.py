"""Writes the small cards of crates/ktp/tests/print/: `python3 scripts/print/samples.py`."""
from pathlib import Path

import cv2
import numpy as np

import cards

FOLDER = Path(__file__).resolve().parents[2] / "crates/ktp/tests/print"
SIZE = (720, 454)


def card(seed, hardness):
    """A CONTOH card in OCR-A with a NIK that is nobody's."""
    cards.NIK_FACES = {"truetype/ocr-a/OCRA.ttf": 1.0}
    cards.WORDS = ["CONTOH"]
    while True:
        rng = np.random.default_rng(seed)
        clean, digits, _ = cards.clean_card(rng, learning=False)
        if len(digits) == 16:
            shot, pixels = cards.photograph(rng, clean, hardness)
            return cards.rectified(rng, shot, pixels, cards.found_corners(rng, 0.9), SIZE)[0], digits
        seed += 1000


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    clear, clear_digits = card(11, 0.05)
    frame, frame_digits = card(23, 0.45)
    for name, image, digits in [
        ("clear", clear, clear_digits),
        ("upside-down", clear[::-1, ::-1], clear_digits),
        ("mirrored", clear[:, ::-1], clear_digits),
        ("frame", frame, frame_digits),
    ]:
        quality = 60
        while len(data := cv2.imencode(".jpg", np.ascontiguousarray(image), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]) > 24_000:
            quality -= 3
        (FOLDER / f"{name}.jpg").write_bytes(data.tobytes())
        print(name, digits, len(data), "bytes, quality", quality)


if __name__ == "__main__":
    main()
