#!/usr/bin/env python3
"""Makes synthetic test photos: make.py --out DIR --seed N --set codes|frames|print|coach|none --count N [--long-side PX]"""

import argparse
import json
import zlib
from pathlib import Path

import cv2
import numpy as np

import judge
import negatives
import recipes
import scene
import special

DEFAULT_OUT = Path(__file__).resolve().parents[2] / "target" / "photos"


def taken(rng, name, long_side):
    """One photo: (bytes, its line of the manifest without the file name)."""
    if name == "none":
        return negatives.taken(rng, long_side)
    if name == "codes":
        shot, sheet, faults = recipes.codes(rng, long_side or 4000)
    elif name == "frames":
        shot, sheet, faults = recipes.codes(rng, camera=True)
    elif name == "print":
        shot, sheet, faults = recipes.print_card(rng, long_side or 4000)
    else:
        shot, sheet, faults = recipes.coach(rng, long_side or 4000)
    image, matrix, bend = special.photograph(rng, shot, sheet, faults)
    camera = max(shot.width, shot.height) <= 1280
    line = described(name, shot, sheet if matrix is not None else None, matrix, bend, faults)
    if name in ("print", "coach"):
        line.update(judge.reading(image, sheet, matrix, shot, faults))
    return scene.jpeg(rng, image, shot, exif=not camera), line


def described(name, shot, sheet, matrix, bend, faults):
    """A line of the manifest; every point is in pixels of the file as stored."""

    def placed(points):
        return scene.stored_points(scene.seen(matrix, bend.moved(points) if bend else points), shot)

    turned = shot.orientation >= 5
    return {
        "set": name,
        "width": shot.height if turned else shot.width,
        "height": shot.width if turned else shot.height,
        "orientation": shot.orientation,
        "difficulty": shot.notes.get("difficulty", "easy"),
        "symbols": [{**symbol, "corners": placed(symbol["corners"])} for symbol in sheet.symbols] if sheet else [],
        "nik": sheet.nik if sheet else None,
        "card": scene.stored_points(scene.seen(matrix, sheet.corners), shot) if sheet else None,
        "background": shot.background,
        "effects": effects(shot),
        "faults": faults,
        "notes": {key: value for key, value in shot.notes.items() if key != "difficulty"},
    }


def effects(shot):
    numbers = {
        "rotation": shot.rotation % 360, "tilt": shot.tilt, "blur_px": shot.blur, "motion_px": shot.motion, "noise": shot.noise,
        "light": shot.light, "glare": shot.glare, "quality": shot.quality, "shade": shot.shade, "dirt": shot.dirt, "fade": shot.fade,
    }
    return {key: round(float(value), 2) for key, value in numbers.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="folder; target/photos/<set>-<seed> if not given")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--set", dest="name", choices=["codes", "frames", "print", "coach", "none"], required=True)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="number of the first photo")
    parser.add_argument("--long-side", type=int, default=None, help="pixels; 1280 makes camera frames of print and coach")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    out = asked.out or DEFAULT_OUT / f"{asked.name}-{asked.seed}"
    out.mkdir(parents=True, exist_ok=True)
    with open(out / "manifest.jsonl", "w", buffering=1, encoding="utf-8") as manifest:
        for number in range(asked.first, asked.first + asked.count):
            # A photo depends on the seed, the set and its number only, so that more photos leave the first ones as they are.
            rng = np.random.default_rng([asked.seed, zlib.crc32(asked.name.encode()), number])
            data, line = taken(rng, asked.name, asked.long_side)
            file = f"{number:05d}.jpg"
            (out / file).write_bytes(data)
            manifest.write(json.dumps({"file": file, **line}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
