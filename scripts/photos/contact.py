#!/usr/bin/env python3
"""Draws a contact sheet: contact.py FOLDER OUT.png [FIRST [COUNT]]; the corners of cards green, of codes red, of numbers blue."""

import json
import sys
from pathlib import Path

import cv2
import numpy as np

CELL = 420


def sheet(folder, first=0, count=24, columns=6):
    lines = [json.loads(line) for line in open(folder / "manifest.jsonl", encoding="utf-8")][first : first + count]
    cells = []
    for line in lines:
        image = cv2.imread(str(folder / line["file"]), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        scale = CELL / max(image.shape[:2])
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        drawn(image, line.get("card"), scale, (0, 220, 0))
        drawn(image, line.get("nik_corners"), scale, (255, 60, 0))
        for symbol in line["symbols"]:
            drawn(image, symbol["corners"], scale, (0, 0, 255))
        words = [line["difficulty"], *line["faults"], *[symbol["format"] for symbol in line["symbols"]]]
        if "legible" in line:
            words += ["legible" if line["legible"] else "ILLEGIBLE", str(line["digit_px"])]
        cell = np.full((CELL + 16, CELL, 3), 40, np.uint8)
        cell[: image.shape[0], : image.shape[1]] = image[:CELL, :CELL]
        cv2.putText(cell, f"{line['file'][:5]} o{line['orientation']} {' '.join(words)}", (2, CELL + 12), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1, cv2.LINE_AA)
        cells.append(cell)
    while len(cells) % columns:
        cells.append(np.zeros_like(cells[0]))
    return np.vstack([np.hstack(cells[at : at + columns]) for at in range(0, len(cells), columns)])


def drawn(image, corners, scale, colour):
    if corners:
        points = (np.array(corners) * scale).round().astype(np.int32)
        cv2.polylines(image, [points], True, colour, 1, cv2.LINE_AA)
        cv2.circle(image, points[0].tolist(), 4, colour, -1)


if __name__ == "__main__":
    first, count = (int(v) for v in (sys.argv[3:5] + ["0", "24"][len(sys.argv) - 3 :])[:2])
    cv2.imwrite(sys.argv[2], sheet(Path(sys.argv[1]), first, count))
