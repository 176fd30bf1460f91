"""Pictures without any code, many of them of things that readers take for one."""

import cv2
import numpy as np

import cards
import scene
import surfaces
from people import pick

LARGE = 0.004  # share of pictures at 12 megapixels


def taken(rng, long_side=None):
    """One picture: (bytes, its line of the manifest)."""
    large = rng.random() < LARGE
    side = long_side or (4000 if large else int(rng.integers(320, 1601) if rng.random() < 0.35 else rng.integers(320, 801)))
    short = int(side * rng.choice([0.5625, 0.75, 1.0]))
    width, height = (side, short) if rng.random() < 0.6 else (short, side)
    kind = pick(rng, list(MAKERS))
    shot = scene.Shot(
        width, height, scale=0.8 * min(width, height) / 90, background=kind if kind in surfaces.NAMES else "paper",
        rotation=float(rng.uniform(0, 360)), tilt=float(rng.uniform(0, 20)), tilt_direction=float(rng.uniform(0, 360)),
        light=float(rng.uniform(0.4, 1.1)), shade=float(rng.uniform(0, 0.5)), warmth=float(rng.uniform(-0.5, 0.8)), bars=bool(rng.random() < 0.1),
        blur=float(rng.uniform(0, 1.2)), noise=float(rng.uniform(0, 9)), quality=int(rng.integers(60, 91)), grey=bool(rng.random() < 0.25),
    )
    shot.notes = {"kind": kind}
    sheet = matrix = None
    if kind == "card":
        sheet = cards.ktp(rng, shot.scale * 1.2)
        shot.background = pick(rng, surfaces.NAMES)
        image, matrix, _ = scene.photograph(rng, shot, sheet)
    else:
        small = min(1.0, 800 / side)
        backdrop = turned(rng, MAKERS[kind], max(8, round(width * small)), max(8, round(height * small)))
        image, _, _ = scene.photograph(rng, shot, None, backdrop)
    line = {
        "set": "none", "width": width, "height": height, "orientation": 1, "difficulty": "easy", "symbols": [],
        "nik": sheet.nik if sheet else None,
        "card": scene.stored_points(scene.seen(matrix, sheet.corners), shot) if sheet else None,
        "background": shot.background,
        "effects": {"blur_px": round(shot.blur, 2), "noise": round(shot.noise, 2), "light": round(shot.light, 2), "quality": shot.quality},
        "faults": [], "notes": shot.notes,
    }
    return scene.jpeg(rng, image, shot, exif=False), line


def turned(rng, maker, width, height):
    """A texture at some angle and with a little perspective."""
    image = maker(rng, width, height)
    if rng.random() < 0.4:
        return image
    corners = np.float32([(0, 0), (width, 0), (width, height), (0, height)])
    moved = corners + rng.normal(0, 0.08, (4, 2)).astype(np.float32) * (width, height)
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(0, 360)), 1.2), [0, 0, 1]])
    matrix = turn @ cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    return cv2.warpPerspective(image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)


def blank(rng, width, height):
    return surfaces.tinted(0.5 + 0.4 * surfaces.clouds(rng, width, height, 2, 3), surfaces.colour(rng), surfaces.colour(rng))


def fence(rng, width, height):
    """Upright bars of nearly one width, as of a fence, a radiator or a shutter."""
    image = surfaces.surface(rng, pick(rng, ["grass", "concrete", "clutter"]), width, height)
    period = rng.uniform(6, 60)
    tone = surfaces.colour(rng).tolist()
    x = 0.0
    while x < width:
        wide = period * rng.uniform(0.3, 0.6)
        cv2.rectangle(image, (int(x), 0), (int(x + wide), height), tone, -1)
        x += period * rng.uniform(0.95, 1.05)
    for y in rng.integers(0, height, 2):
        cv2.rectangle(image, (0, int(y)), (width, int(y + period)), tone, -1)
    return image


def blinds(rng, width, height):
    period = rng.uniform(8, 70)
    values = (np.arange(height) / period) % 1
    image = surfaces.tinted(np.repeat(values[:, None], width, 1), surfaces.colour(rng, 10, 120), surfaces.colour(rng, 130, 255))
    return np.ascontiguousarray(image)


def keyboard(rng, width, height):
    image = np.full((height, width, 3), int(rng.integers(15, 70)), np.uint8)
    size = int(rng.integers(14, 60))
    tone, letter = surfaces.colour(rng).tolist(), surfaces.colour(rng).tolist()
    for row, y in enumerate(range(0, height, size)):
        x = row * size // 3 - size
        while x < width:
            wide = size * int(rng.choice([1, 1, 1, 1, 2]))
            cv2.rectangle(image, (x + 2, y + 2), (x + wide - 2, y + size - 2), tone, -1)
            cv2.putText(image, chr(int(rng.integers(65, 91))), (x + size // 4, y + size * 2 // 3), cv2.FONT_HERSHEY_SIMPLEX, size / 50, letter, 1, cv2.LINE_AA)
            x += wide
    return image


def blocks(rng, width, height):
    """Random black and white squares, of the kind that looks like a QR code but is none."""
    cell = int(rng.integers(3, 14))
    image = np.full((height, width, 3), int(rng.integers(200, 256)), np.uint8)
    rows, columns = max(4, int(height / cell * rng.uniform(0.4, 0.9))), max(4, int(width / cell * rng.uniform(0.4, 0.9)))
    grid = np.repeat(np.repeat(rng.random((rows, columns)) < rng.uniform(0.3, 0.6), cell, 0), cell, 1)
    y, x = (height - grid.shape[0]) // 2, (width - grid.shape[1]) // 2
    image[y : y + grid.shape[0], x : x + grid.shape[1]][grid] = int(rng.integers(0, 60))
    return image


def finders(rng, width, height):
    """Concentric squares and circles, as a QR code's or an Aztec's corner, alone or a few."""
    image = surfaces.paper(rng, width, height)
    for _ in range(int(rng.integers(1, 6))):
        at = (rng.uniform(0.1, 0.9, 2) * (width, height)).astype(int)
        cell = int(rng.integers(3, max(4, min(width, height) // 20)))
        for ring, tone in ((3.5, 20), (2.5, 240), (1.5, 20)):
            half = int(ring * cell)
            if rng.random() < 0.8:
                cv2.rectangle(image, (at - half).tolist(), (at + half).tolist(), (tone, tone, tone), -1)
            else:
                cv2.circle(image, at.tolist(), half, (tone, tone, tone), -1, cv2.LINE_AA)
    return image


def stripes(rng, width, height):
    """Bars of random widths without a message: shadows, cloth, a crossing."""
    widths = np.maximum(1, np.round(rng.uniform(1, 12) * rng.integers(1, 5, 400))).astype(int)
    row = np.repeat(np.arange(len(widths)) % 2, widths)[:width]
    row = np.pad(row, (0, max(0, width - len(row))))
    soft = cv2.GaussianBlur(row[None, :].astype(np.float32), (0, 0), rng.uniform(0.3, 3))
    return surfaces.tinted(np.repeat(soft, height, 0), surfaces.colour(rng, 5, 110), surfaces.colour(rng, 130, 255))


def label(rng, width, height):
    """A sheet with a block of bars too short or too regular to be a code, and text."""
    image = surfaces.text(rng, width, height)
    wide, tall = int(width * rng.uniform(0.3, 0.7)), int(height * rng.uniform(0.1, 0.4))
    x, y = int(rng.integers(0, width - wide)), int(rng.integers(0, height - tall))
    period = int(rng.integers(3, 12))
    image[y : y + tall, x : x + wide] = 240
    for at in range(x + period, x + wide - period, period):
        image[y : y + tall, at : at + max(1, period // 2)] = 30
    return image


def checker(rng, width, height):
    size = int(rng.integers(3, 40))
    y, x = np.mgrid[0:height, 0:width] // size
    return surfaces.tinted(((x + y) % 2).astype(np.float32), surfaces.colour(rng, 0, 110), surfaces.colour(rng, 130, 255))


def static(rng, width, height):
    image = rng.integers(0, 256, (max(2, height // 2), max(2, width // 2), 1), np.uint8)
    return cv2.cvtColor(cv2.resize(image, (width, height), interpolation=cv2.INTER_NEAREST), cv2.COLOR_GRAY2BGR)


MAKERS = {
    **surfaces.MAKERS, "blank": blank, "fence": fence, "blinds": blinds, "keyboard": keyboard, "blocks": blocks, "finders": finders,
    "stripes": stripes, "label": label, "checker": checker, "static": static, "card": None,
}
