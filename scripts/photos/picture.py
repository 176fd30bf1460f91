#!/usr/bin/env python3
"""Measures the picture that is kept against libvips: picture.py [--binary PATH] [--photos FOLDER] [--rounds N]

Both make 1,600 px of the same photo in turns on the same machine, one thread each, the card not cut out. The photos are
made (12 and 50 MP, with Exif and GPS) or taken from a folder of make.py. SSIM is that of brightness, 7 × 7 windows,
against a full decode and Pillow's Lanczos; vipsthumbnail gets the quality whose file comes nearest to ours in bytes.
"""

import argparse
import io
import json
import os
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parents[2]
LONG_SIDE = 1600


def photo(width, height, orientation=1, seed=1):
    """A JPEG like a phone's: large shapes, texture of all scales, print, grain; Exif with an orientation and a place."""
    rng = np.random.default_rng(seed)
    shapes = np.full((height // 4, width // 4, 3), 128, np.float32)
    for cells in (3, 9, 30, 120):
        grid = rng.uniform(-1, 1, (cells, max(2, cells * width // height), 3)).astype(np.float32)
        shapes += 46 / cells**0.35 * cv2.resize(grid, (width // 4, height // 4), interpolation=cv2.INTER_CUBIC)
    image = cv2.resize(np.clip(shapes, 0, 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    for row in range(24):
        cv2.putText(image, "NIK 3522280504859999 CONTOH", (width // 10, height // 12 + row * height // 28), cv2.FONT_HERSHEY_SIMPLEX,
                    width / 1600 * (0.7 + row / 20), (30, 30, 40), max(1, width // 900), cv2.LINE_AA)
    grain = rng.integers(0, 9, (height, width, 1), np.uint8)
    image = cv2.subtract(cv2.add(image, cv2.merge([grain] * 3)), (4, 4, 4, 0))
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "KAMERA-RAHASIA"
    exif.get_ifd(0x8825).update({1: "S", 2: (7.0, 9.0, 1.5), 3: "E", 4: (111.0, 53.0, 2.5)})
    Image.fromarray(image[..., ::-1]).save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def run(command):
    """Seconds of the clock and of the processor, megabytes at the most, and what was printed."""
    with tempfile.NamedTemporaryFile("r") as noted:
        # time(1) forks from little memory of its own; Python's own would count as the child's peak
        command = ["/usr/bin/time", "-f", "%M", "-o", noted.name, *map(str, command)]
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        printed = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "VIPS_CONCURRENCY": "1"}).stdout
        wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return wall, cpu, int(noted.read()) / 1024, printed


def vips(source, out, quality):
    return run(["vipsthumbnail", source, "--size", f"{LONG_SIDE}x{LONG_SIDE}", "-o", f"{out}[Q={quality},strip,optimize-coding]"])


def ours(binary, source, out, max_bytes=120_000):
    return run([binary, "--keep-framing", "--max-bytes", max_bytes, source, out])


def grey(path):
    return np.asarray(Image.open(path).convert("L"), np.float64)


def reference(path):
    image = ImageOps.exif_transpose(Image.open(path))
    image.thumbnail((LONG_SIDE, LONG_SIDE), Image.LANCZOS, reducing_gap=None)
    return np.asarray(image.convert("L"), np.float64)


def ssim(a, b):
    """Wang et al. 2004, uniform windows of 7 pixels."""
    mean = lambda x: cv2.blur(x, (7, 7))
    ma, mb = mean(a), mean(b)
    va, vb, cov = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float(np.mean((2 * ma * mb + c1) * (2 * cov + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2))))


def nearest_quality(source, folder, wanted):
    low, high = 10, 95
    while low < high:
        middle = (low + high + 1) // 2
        vips(source, folder / "search.jpg", middle)
        low, high = (middle, high) if (folder / "search.jpg").stat().st_size <= wanted else (low, middle - 1)
    return low


def compared(binary, source, folder, rounds):
    our_file, their_file = folder / "ours.jpg", folder / "theirs.jpg"
    ours(binary, source, our_file)
    quality = nearest_quality(source, folder, our_file.stat().st_size)
    rows = {"ours": [], "libvips": []}
    for _ in range(rounds):
        rows["ours"].append(ours(binary, source, our_file))
        rows["libvips"].append(vips(source, their_file, quality))
    true = reference(source)
    result = {}
    for name, file in (("ours", our_file), ("libvips", their_file)):
        wall, cpu, memory = (np.array([row[at] for row in rows[name]]) for at in range(3))
        shown = grey(file)
        result[name] = {"wall": np.min(wall), "cpu": np.min(cpu), "memory": np.max(memory), "bytes": file.stat().st_size,
                        "ssim": ssim(shown, true) if shown.shape == true.shape else float("nan"), "size": shown.shape[::-1]}
    result["ours"]["inside"] = min(json.loads(row[3])["milliseconds"] for row in rows["ours"])
    result["libvips"]["quality"] = quality
    return result


def orientations(binary, folder):
    """All eight as a person sees them, within 3 levels of Pillow's, and no metadata."""
    right, clean = 0, 0
    for orientation in range(1, 9):
        source, out = folder / "turned.jpg", folder / "upright.jpg"
        source.write_bytes(photo(1280, 960, orientation))
        ours(binary, source, out, 400_000)
        shown, true = grey(out), np.asarray(ImageOps.exif_transpose(Image.open(source)).convert("L"), np.float64)
        right += shown.shape == true.shape and np.abs(cv2.blur(shown, (9, 9)) - cv2.blur(true, (9, 9))).mean() < 3
        data, image = out.read_bytes(), Image.open(out)
        clean += not image.getexif() and set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"} and not any(
            word in data for word in (b"Exif", b"RAHASIA", b"GPS", b"ICC_PROFILE", b"http://ns.adobe.com"))
    return right, clean


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=ROOT / "target/release/examples/shrink")
    parser.add_argument("--photos", type=Path, help="folder of make.py, of which the first five photos are taken as well")
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = []
        for label, size in (("12 MP", (4000, 3000)), ("50 MP", (8192, 6144))):
            source = folder / f"{label[:2]}.jpg"
            source.write_bytes(photo(*size))
            sources.append((label, source))
        if asked.photos:
            sources += [(file.name, file) for file in sorted(asked.photos.glob("*.jpg"))[:5]]
        print("| photo | | clock ms | processor ms | in process ms | peak MB | bytes | SSIM |\n|---|---|---|---|---|---|---|---|")
        for label, source in sources:
            result = compared(asked.binary, source, folder, asked.rounds)
            for name in ("ours", "libvips"):
                row = result[name]
                print(f"| {label} | {name} | {row['wall'] * 1000:.0f} | {row['cpu'] * 1000:.0f} | {row.get('inside', '')} | {row['memory']:.0f} | {row['bytes']} | {row['ssim']:.4f} |")
            a, b = result["ours"], result["libvips"]
            print(f"| | ours ÷ libvips | {a['wall'] / b['wall']:.2f} | {a['cpu'] / b['cpu']:.2f} | | {a['memory'] / b['memory']:.2f} | {a['bytes'] / b['bytes']:.2f} | {a['ssim'] - b['ssim']:+.4f} |")
        right, clean = orientations(asked.binary, folder)
        print(f"\n{right} of 8 Exif orientations right, {clean} of 8 without any metadata.")


if __name__ == "__main__":
    main()
