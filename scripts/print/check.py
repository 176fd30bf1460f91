"""Measures the reader on fresh prints of our own: `python3 scripts/print/check.py --seed 900 --count 1000`.

Build it first: cargo build --release -p payung-ktp --example nik_print. Thresholds are chosen with seed 500 and
reported with others; training uses seed 1.
"""
import argparse
import json
import multiprocessing
from pathlib import Path

import cv2
import numpy as np

import cards
import report

ROOT = Path(__file__).resolve().parents[2]


def legible(fresh, shot, centres):
    """Whether each digit still looks like itself as it left the printer: correlation above 0.6, and 11 px high.

    A digit that was rubbed off until it is another one is not legible, to a person neither."""
    if shot.shape[1] / cards.WIDTH_MM * 2.4 < 11:
        return False
    ink = cv2.resize(shot, cards.SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
    for x, y in centres * cards.INK:
        left, right, top, bottom = (round(v) for v in (x - 15, x + 15, y - 20, y + 20))
        cell = fresh[top:bottom, left:right].astype(np.float32)
        if cv2.matchTemplate(ink[top - 3 : bottom + 3, left - 3 : right + 3], cell, cv2.TM_CCOEFF_NORMED).max() < 0.6:
            return False
    return True


def card(job):
    """Writes one card as a card finder would hand it on."""
    seed, number, folder = job
    fresh, _, _ = cards.clean_card(np.random.default_rng([seed, number]), learning=False, worn=False)
    rng = np.random.default_rng([seed, number])
    clean, digits, centres = cards.clean_card(rng, learning=False)
    hardness = rng.uniform()
    shot, pixels = cards.photograph(rng, clean, hardness)
    size = int(rng.integers(1000, 1601))
    image, _ = cards.rectified(rng, shot, pixels, cards.found_corners(rng, rng.choice([0.9, 1.8, 2.6])), (size, round(size * 0.6306)))
    upside_down, mirrored = bool(rng.random() < 0.2), bool(rng.random() < 0.02)
    if upside_down:
        image = image[::-1, ::-1]
    if mirrored:
        image = image[:, ::-1]
    file = folder / f"{number:05d}.png"
    cv2.imwrite(str(file), np.ascontiguousarray(image), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    is_nik = len(digits) == 16
    return {
        "file": str(file), "nik": digits if is_nik else None, "upside_down": upside_down, "mirrored": mirrored,
        "legible": is_nik and not mirrored and legible(fresh, shot, centres),
        "difficulty": "1 easy" if hardness < 0.3 else "2 medium" if hardness < 0.65 else "3 hard",
    }


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=900)
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--folder", type=Path, default=ROOT / "target/print/check")
    options.add_argument("--binary", type=Path, default=ROOT / "target/release/examples/nik_print")
    options = options.parse_args()
    folder = options.folder / str(options.seed)
    truth = folder / "truth.json"
    if not truth.exists() or len(json.loads(truth.read_text())) != options.count:
        folder.mkdir(parents=True, exist_ok=True)
        with multiprocessing.get_context("fork").Pool(2) as pool:
            made = pool.map(card, [(options.seed, number, folder) for number in range(options.count)], chunksize=20)
        truth.write_text(json.dumps(made))
    made = json.loads(truth.read_text())
    answers = report.read(options.binary, [true["file"] for true in made], "--card")
    pairs = list(zip(made, answers))
    print(report.table(f"seed {options.seed}", "difficulty", pairs))
    print()
    print(report.thresholds(pairs))
    (folder / "answers.json").write_text(json.dumps(answers))


if __name__ == "__main__":
    main()
