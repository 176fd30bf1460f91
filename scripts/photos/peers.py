#!/usr/bin/env python3
"""The readers we measure ourselves against, on one thread: peers.py FOLDER prints what zxing-cpp and zbar read of a set, and how fast."""

import json
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import zxingcpp
from pyzbar import pyzbar

cv2.setNumThreads(1)


@dataclass
class Reading:
    """What one reader made of one photo. Times in seconds of one thread's CPU."""

    texts: list
    decode_seconds: float
    total_seconds: float  # from the encoded bytes: JPEG to grey, then decode


def grey(data):
    """The luminance as stored; no reader here needs the turn that Exif asks for."""
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)


def with_zxing(data):
    """zxing-cpp with its defaults: every format, try_harder, rotate, downscale and invert on."""
    return timed(data, lambda image: [found.text for found in zxingcpp.read_barcodes(image)])


def with_zbar(data):
    return timed(data, lambda image: [found.data.decode("utf-8", "replace") for found in pyzbar.decode(image)])


def with_true_corners(data, line):
    """What can be read at all: every symbol laid flat from its true corners, at some scales and sharpened. The texts."""
    image, texts = grey(data), []
    for symbol in line["symbols"]:
        corners = np.float32(symbol["corners"])
        wide = (np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
        tall = (np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
        if any(found == symbol["text"] for found in tried(image, corners, wide, tall)):
            texts.append(symbol["text"])
    return texts


def tried(image, corners, wide, tall):
    margin = 0.12 * min(wide, tall) + 0.06 * wide
    for scale in (1.0, 2.0, 1.5, 3.0, 0.7):
        w, h, m = wide * scale, tall * scale, margin * scale
        flat = np.float32([(m, m), (m + w, m), (m + w, m + h), (m, m + h)])
        size = (int(w + 2 * m), int(h + 2 * m))
        crop = cv2.warpPerspective(image, cv2.getPerspectiveTransform(corners, flat), size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        averaged = cv2.blur(crop, (1, max(1, int(h / 6)))) if wide > 2.2 * tall else crop
        soft = cv2.GaussianBlur(crop, (0, 0), 2.0 * scale)
        for variant in (crop, cv2.addWeighted(crop, 2.5, soft, -1.5, 0), averaged, cv2.createCLAHE(3.0, (4, 4)).apply(crop), cv2.GaussianBlur(crop, (0, 0), 0.8 * scale)):
            for binarizer in (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram):
                yield from (found.text for found in zxingcpp.read_barcodes(variant, binarizer=binarizer))


READERS = {"zxing-cpp": with_zxing, "zbar": with_zbar}


def timed(data, read):
    begin = time.thread_time()
    image = grey(data)
    decoded = time.thread_time()
    texts = read(image)
    end = time.thread_time()
    return Reading(texts, end - decoded, end - begin)


def lines(folder):
    """The manifest of a folder of photos."""
    with open(Path(folder) / "manifest.jsonl", encoding="utf-8") as manifest:
        return [json.loads(line) for line in manifest]


def measured(folder, reader):
    """(line of the manifest, Reading, whether it read a symbol of the photo, texts that are on no symbol), per photo."""
    for line in lines(folder):
        reading = reader((Path(folder) / line["file"]).read_bytes())
        texts = {symbol["text"] for symbol in line["symbols"]}
        yield line, reading, any(text in texts for text in reading.texts), [text for text in reading.texts if text not in texts]


def main(folder):
    coded = [line for line in lines(folder) if line["symbols"]]
    readable = [bool(with_true_corners((Path(folder) / line["file"]).read_bytes(), line)) for line in coded]
    if coded:
        print(f"readable from the true corners: {sum(readable)} of {len(coded)}; not: {' '.join(line['file'][:5] for line, ok in zip(coded, readable) if not ok)}")
    for name, reader in READERS.items():
        results = list(measured(folder, reader))
        coded = [(line, read) for line, _, read, _ in results if line["symbols"]]
        print(f"{name}: read {sum(read for _, read in coded)} of {len(coded)} photos with a code, {sum(bool(wrong) for *_, wrong in results)} with a wrong text")
        for what, key in (("difficulty", lambda line: line["difficulty"]), ("format", lambda line: line["symbols"][0]["format"])):
            total, good = Counter(key(line) for line, _ in coded), Counter(key(line) for line, read in coded if read)
            print(f"  by {what}: " + ", ".join(f"{each} {good[each]}/{total[each]}" for each in sorted(total)))
        for what, wanted in (("read", True), ("not read", False)):
            times = [reading for _, reading, read, _ in results if read is wanted]
            if times:
                decode, total = (statistics.median(getattr(t, f) for t in times) * 1000 for f in ("decode_seconds", "total_seconds"))
                print(f"  median ms when {what}: decode {decode:.1f}, from bytes {total:.1f}")


if __name__ == "__main__":
    main(sys.argv[1])
