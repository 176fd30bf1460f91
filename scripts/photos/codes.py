#!/usr/bin/env python3
"""Our reader beside zxing-cpp and zbar on a set of make.py: codes.py --set codes --seed 11 [--first N] prints markdown tables.

Needs `cargo build --release -p payung-ktp --example read`; CARGO_TARGET_DIR is heeded. All readers run in turns on each photo,
on one thread, and times are those on the processor. A text that is on no symbol of the photo is a wrong read.
"""

import argparse
import json
import os
import statistics
import subprocess
from pathlib import Path

import peers

ROOT = Path(__file__).resolve().parents[2]
READ = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "examples" / "read"
LINKS = ("kk_link", "ikd_link")  # recognised, their text dropped


def ours(path, budget):
    """(texts, ms on decoded pixels, ms from the file's bytes)."""
    command = [READ, "--grey", "--budget", str(budget), path]
    line = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    texts = [code["text"] for code in line.get("codes", []) if code["kind"] not in LINKS]
    return texts, line.get("grey_cpu", line["cpu"]), line["cpu"]


def theirs(reader, path):
    reading = reader(path.read_bytes())
    return reading.texts, reading.decode_seconds * 1000, reading.total_seconds * 1000


def middle(numbers):
    return f"{statistics.median(numbers):.0f}" if numbers else "–"


def late(numbers):
    return f"{sorted(numbers)[min(len(numbers) - 1, len(numbers) * 19 // 20)]:.0f}" if numbers else "–"


def summary(name, rows):
    coded = [row for row in rows if row["texts"]]
    hits = [row for row in coded if row["hit"]]
    misses = [row for row in rows if not row["hit"]]
    share = f"{len(hits)}/{len(coded)} ({100 * len(hits) / len(coded):.0f} %)" if coded else "–"
    times = lambda rows, key: [row[key] for row in rows]
    wrong = sum(len(row["wrong"]) for row in rows)
    return (f"| {name} | {share} | {wrong} | {middle(times(rows, 'grey'))} | {late(times(rows, 'grey'))} | {middle(times(hits, 'grey'))} "
            f"| {middle(times(misses, 'grey'))} | {middle(times(rows, 'bytes'))} | {late(times(rows, 'bytes'))} |")


def breakdown(results, title, key):
    names = sorted({key(row) for row in results["ours"] if row["texts"]})
    print(f"\n| {title} | photos | " + " | ".join(results) + " |\n" + "|---" * (len(results) + 2) + "|")
    for name in names:
        rows = {reader: [row for row in rows if row["texts"] and key(row) == name] for reader, rows in results.items()}
        count = len(rows["ours"])
        print(f"| {name} | {count} | " + " | ".join(str(sum(row["hit"] for row in each)) for each in rows.values()) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default="codes", choices=["codes", "frames", "none", "print", "coach"])
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--folder", type=Path, help="instead of target/photos/SET-SEED")
    parser.add_argument("--first", type=int, help="only so many photos")
    parser.add_argument("--budget", type=int, default=1_500, help="milliseconds for one photo")
    parser.add_argument("--alone", action="store_true", help="without the other readers")
    asked = parser.parse_args()
    folder = asked.folder or ROOT / "target" / "photos" / f"{asked.set}-{asked.seed}"
    readers = {"ours": lambda path: ours(path, asked.budget)}
    if not asked.alone:
        readers |= {name: (lambda path, reader=reader: theirs(reader, path)) for name, reader in peers.READERS.items()}
    results = {name: [] for name in readers}
    for line in peers.lines(folder)[: asked.first]:
        texts = {symbol["text"] for symbol in line["symbols"]}
        for name, read in readers.items():
            found, grey, encoded = read(folder / line["file"])
            wrong = [text for text in found if text not in texts]
            if wrong and name == "ours":
                print(f"wrong: {line['file']} {wrong} for {sorted(texts)}")
            row = dict(texts=texts, hit=any(text in texts for text in found), wrong=wrong, grey=grey, bytes=encoded)
            results[name].append(row | dict(difficulty=line["difficulty"], format=line["symbols"][0]["format"] if texts else None))
    print(f"\n{folder.name}: {len(results['ours'])} photos\n")
    print("| reader | read | wrong | median ms | p95 | median of a hit | of a miss | median from bytes | p95 |\n|---|---|---|---|---|---|---|---|---|")
    for name, rows in results.items():
        print(summary(name, rows))
    if any(row["texts"] for row in results["ours"]):
        breakdown(results, "difficulty", lambda row: row["difficulty"])
        breakdown(results, "format", lambda row: row["format"])


if __name__ == "__main__":
    main()
