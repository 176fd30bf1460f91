#!/usr/bin/env python3
"""What the coach says of photos of which the faults are known, as markdown: coach.py FOLDER…

A folder is one of make.py's: of the set coach, or print, whose easy and medium photos are good ones when they are
legible and nothing shines on them. The corners are those that the app finds itself; a card that lies head
down is turned by the app where it could read it, so that `upside_down` is rarely said."""

import argparse
import json
import statistics
import subprocess
from collections import Counter
from pathlib import Path

FAULTS = ["no_card", "cut", "small", "dark", "motion", "blur", "glare", "screen", "copy", "mirrored", "upside_down"]
QUALITY = Path(__file__).resolve().parents[2] / "target" / "release" / "examples" / "quality"


def judged(program, folder):
    """(line of the manifest, line of the coach) of every photo that says something about the coach."""
    photos = {}
    for text in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        photo = json.loads(text)
        if (folder / photo["file"]).exists() and tells(photo):
            photos[photo["file"]] = photo
    said = subprocess.run([program, *(folder / file for file in photos)], check=True, capture_output=True, text=True)
    for text in said.stdout.splitlines():
        line = json.loads(text)
        yield photos[Path(line["file"]).name], line


def tells(photo):
    """Only of the set `coach` is it known that a photo has no fault but its own; cards of `print` lie head down as well."""
    if photo["set"] == "coach":
        return True
    if abs(photo["effects"]["rotation"] - 180) < 45:
        return False
    return photo["legible"] and photo["difficulty"] in ("easy", "medium") and not photo["effects"]["glare"]


def table(pairs):
    there, right, wrong = Counter(), Counter(), Counter()
    for photo, line in pairs:
        there.update(photo["faults"])
        right.update(set(photo["faults"]) & set(line["faults"]))
        wrong.update(set(line["faults"]) - set(photo["faults"]))
    yield "| fault | photos | found | missed | found, % | said of photos without it |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for fault in FAULTS:
        share = f"{100 * right[fault] / there[fault]:.0f}" if there[fault] else "–"
        yield f"| {fault} | {there[fault]} | {right[fault]} | {there[fault] - right[fault]} | {share} | {wrong[fault]} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quality", type=Path, default=QUALITY, help="the example `quality`, built with --release")
    parser.add_argument("folders", type=Path, nargs="+")
    asked = parser.parse_args()
    pairs = [pair for folder in asked.folders for pair in judged(asked.quality, folder)]
    print("\n".join(table(pairs)))
    for name in ("coach", "print"):
        good = [line for photo, line in pairs if not photo["faults"] and photo["set"] == name]
        nagged = sum(bool(line["faults"]) for line in good)
        print(f"\nGood photos of {name}: {len(good)}, {nagged} of them with a fault ({100 * nagged / max(1, len(good)):.1f} %).")
    times = sorted(line["milliseconds"] for _, line in pairs)
    print(f"\nMilliseconds: median {statistics.median(times):.1f}, 95th percentile {times[int(0.95 * (len(times) - 1))]:.1f}.\n")
    for photo, line in pairs:
        if sorted(photo["faults"]) != sorted(line["faults"]):
            print(f"- {photo['set']} {photo['file']}: is {photo['faults'] or 'good'}, said {line['faults'] or 'good'}")


if __name__ == "__main__":
    main()
