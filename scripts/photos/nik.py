"""Measures the reader of the NIK on a set of photos: `nik.py target/photos/print-7 [--corner-error 0.01]`.

Once as the app does it, from the whole photo with corners that it finds itself; once cut out here from the true
corners, each moved by a seeded error, one in three head down. Needs cv2 and `cargo build --release -p payung-ktp --example nik_print`.
"""
import argparse
import json
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/print"))
import report  # noqa: E402

SIZE = (1200, 757)


def rectified(rng, picture, corners, error):
    """The card as a finder cuts it out; `error` is the deviation of a corner in widths of the card."""
    corners = np.float32(corners)
    width = np.linalg.norm(corners[1] - corners[0])
    if cv2.contourArea(corners, oriented=True) < 0:  # a mirrored picture stays mirrored
        corners = corners[[1, 0, 3, 2]]
    corners = corners + rng.uniform(-1, 1, (4, 2)).astype(np.float32) * error * width * np.sqrt(3) / np.sqrt(2)
    if rng.random() < 1 / 3:
        corners = corners[[2, 3, 0, 1]]
    fine = 2 if width > 1.3 * SIZE[0] else 1
    (right, bottom), target = SIZE, np.float32([(0, 0), (SIZE[0], 0), SIZE, (0, SIZE[1])]) * fine
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    flat = cv2.warpPerspective(picture, matrix, (right * fine, bottom * fine), flags=cv2.INTER_LINEAR)
    return cv2.resize(flat, SIZE, interpolation=cv2.INTER_AREA) if fine > 1 else flat


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("photos", type=Path)
    options.add_argument("--corner-error", type=float, default=0.01, help="deviation of a corner in widths of the card")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--binary", type=Path, default=ROOT / "target/release/examples/nik_print")
    options.add_argument("--misses", action="store_true", help="list the photos whose number was not read exactly")
    options = options.parse_args()
    made, files = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number, line in enumerate((options.photos / "manifest.jsonl").read_text().splitlines()):
            photo = json.loads(line)
            if not photo["card"]:
                continue
            # the manifest's points are pixels of the file as stored: the turn that Exif asks for must not be made
            picture = cv2.imread(str(options.photos / photo["file"]), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)
            flat = rectified(np.random.default_rng([options.seed, number]), picture, photo["card"], options.corner_error)
            files.append(Path(folder) / f"{number:05d}.png")
            cv2.imwrite(str(files[-1]), flat, [cv2.IMWRITE_PNG_COMPRESSION, 1])
            made.append({"photo": photo["file"], "nik": photo["nik"], "difficulty": photo["difficulty"], "legible": photo.get("legible", True)})
        answers = report.read(options.binary, files, "--card")
    whole = report.read(options.binary, [options.photos / photo["photo"] for photo in made])
    print(report.table(f"{options.photos.name}, whole photos", "difficulty", list(zip(made, whole))))
    print()
    pairs = list(zip(made, answers))
    print(report.table(f"{options.photos.name}, corners off by {100 * options.corner_error:g} %", "difficulty", pairs))
    for true, answer in pairs if options.misses else []:
        if answer["digits"] != true["nik"]:
            print(true["photo"], true["difficulty"], "legible" if true["legible"] else "illegible", true["nik"], answer["digits"], answer["nik"])


if __name__ == "__main__":
    main()
