#!/usr/bin/env python3
"""Measures how well cards are found: card.py FOLDER… [--binary PATH] [--list]

Each folder holds photos and a `manifest.jsonl` of make.py, whose `card` are the true corners in pixels of the stored
file, or null where there is no card. A corner is right within 2 % of the card's width.
"""

import argparse
import json
import subprocess
from collections import defaultdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
RIGHT = 0.02


def found_in(binary, folder):
    lines = subprocess.run([binary, folder], check=True, capture_output=True, text=True).stdout.splitlines()
    return {Path(line["file"]).name: line for line in map(json.loads, lines)}


def error(found, true):
    """The largest and the mean distance of a corner, by the card's width; either way up counts."""
    found, true = np.array(found), np.array(true)
    if mirrored(true):
        true = true[[1, 0, 3, 2]]
    width = (np.linalg.norm(true[1] - true[0]) + np.linalg.norm(true[2] - true[3])) / 2
    ways = [np.linalg.norm(np.roll(found, turn, 0) - true, axis=1) / width for turn in (0, 2)]
    best = min(ways, key=max)
    return best.max(), best.mean()


def mirrored(corners):
    """Corners against the clock, as of a card held up to a front camera: what is found goes with it."""
    x, y = corners[:, 0], corners[:, 1]
    return np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) < 0


def whole(line):
    """All four corners within the frame."""
    corners = np.array(line["card"])
    return (corners >= 0).all() and (corners <= [line["width"], line["height"]]).all()


def judged(line, corners):
    if line["card"] is None:
        return ("false" if corners else "none"), None
    inside = "whole" if whole(line) else "cut"
    if not corners:
        return f"{inside} missed", None
    largest, mean = error(corners, line["card"])
    return f"{inside} {'right' if largest <= RIGHT else 'wrong'}", mean


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--binary", default=ROOT / "target/release/examples/card")
    parser.add_argument("--list", action="store_true", help="name every photo that is not right")
    asked = parser.parse_args()
    for folder in asked.folders:
        report(asked, folder)


def report(asked, folder):
    found = found_in(asked.binary, folder)
    groups, errors, times = defaultdict(lambda: defaultdict(int)), [], []
    for line in map(json.loads, open(folder / "manifest.jsonl", encoding="utf-8")):
        if line["file"] not in found:
            continue
        answer = found[line["file"]]
        verdict, mean = judged(line, answer.get("corners"))
        times.append(answer["cpu"] or answer["milliseconds"])
        if verdict == "whole right":
            errors.append(mean)
        hidden = "finger" if line["notes"].get("finger") else line["difficulty"]
        for group in ("all", hidden, line["background"]):
            groups[group][verdict] += 1
        if asked.list and verdict not in ("whole right", "none", "cut missed"):
            print(verdict, folder / line["file"], line["background"], line["difficulty"], line["faults"])
    print(f"\n{folder.name}: {len(times)} photos, {np.median(times):.1f} ms median, {np.percentile(times, 95):.1f} ms p95")
    if errors:
        print(f"corners of found cards are off by {100 * np.mean(errors):.2f} % of the card's width, p95 {100 * np.percentile(errors, 95):.2f} %")
    print("\n| | whole cards | right | wrong | not found | cut off: right | wrong | not found | no card | false |\n|---|---|---|---|---|---|---|---|---|---|")
    for group, counts in sorted(groups.items(), key=lambda item: (item[0] != "all", item[0])):
        cards = counts["whole right"] + counts["whole wrong"] + counts["whole missed"]
        share = f" ({100 * counts['whole right'] / cards:.1f} %)" if cards else ""
        print(f"| {group} | {cards} | {counts['whole right']}{share} | {counts['whole wrong']} | {counts['whole missed']} | "
              f"{counts['cut right']} | {counts['cut wrong']} | {counts['cut missed']} | {counts['none'] + counts['false']} | {counts['false']} |")


if __name__ == "__main__":
    main()
