"""Photos that are not simply of a card: its copy, a screen that shows it, a mirror picture, no card at all."""

import cv2
import numpy as np

import scene
import surfaces
from cards import Sheet, write_letter
from people import Person, pick


def photograph(rng, shot, sheet, faults):
    if "no_card" in faults:
        return scene.photograph(rng, shot, None, nothing(rng, shot))
    if "copy" in faults or "screen" in faults:
        shot.dirt, shot.scratches, shot.fade, shot.laminated = 0.0, 0, 0.0, False
    if "copy" in faults:
        sheet = copied(rng, shot, sheet)
    if "screen" in faults:
        sheet = shown(rng, shot, sheet)
    image, matrix, bend = scene.photograph(rng, shot, sheet)
    if "mirrored" in faults:
        image = np.ascontiguousarray(image[:, ::-1])
        matrix = np.array([[-1, 0, shot.width], [0, 1, 0], [0, 0, 1]]) @ matrix
    return image, matrix, bend


class Mounted:
    """A sheet that is part of a larger thing; millimetres stay those of the sheet, so that its corners stay true."""

    def __init__(self, sheet, image, left, top):
        self.sheet, self.image, self.left, self.top = sheet, image, left, top
        self.scale, self.radius = sheet.scale, 0.0
        self.width, self.height = sheet.width, sheet.height
        height, width = image.shape[:2]
        right, bottom = width / self.scale - left, height / self.scale - top
        self.corners = [(-left, -top), (right, -top), (right, bottom), (-left, bottom)]
        self.origin = (left, top)
        self.pixels = (width, height)

    def finished(self):
        return self.image


def copied(rng, shot, sheet):
    """A black-and-white photocopy at the card's size on a larger paper."""
    s = sheet.scale
    grey = cv2.cvtColor(sheet.finished(), cv2.COLOR_BGR2GRAY).astype(np.float32)
    grey = np.clip((grey - rng.uniform(80, 120)) * rng.uniform(1.6, 2.4), 0, 255)
    left, top, right, bottom = (float(v) for v in rng.uniform(12, 60, 4))
    width, height = round((sheet.width + left + right) * s), round((sheet.height + top + bottom) * s)
    white = int(rng.integers(225, 250))
    page = np.full((height, width), 255, np.uint8)
    x, y = round(left * s), round(top * s)
    page[y : y + grey.shape[0], x : x + grey.shape[1]] = grey.astype(np.uint8)
    cv2.rectangle(page, (x, y), (x + grey.shape[1], y + grey.shape[0]), int(rng.integers(60, 190)), max(1, round(0.2 * s)))
    specks = (rng.random((height // 4, width // 4)) < 0.0008).astype(np.uint8) * 200
    page = cv2.subtract(page, cv2.resize(specks, (width, height), interpolation=cv2.INTER_NEAREST))
    page = cv2.GaussianBlur(page, (0, 0), max(0.3, 0.06 * s))
    return Mounted(sheet, cv2.cvtColor((page.astype(np.float32) * (white / 255)).astype(np.uint8), cv2.COLOR_GRAY2BGR), left, top)


def shown(rng, shot, sheet):
    """The card on a monitor or a phone: pixels in three colours, scan lines, a bezel, black around."""
    s = sheet.scale
    left, top, right, bottom = (float(v) for v in rng.uniform(3, 18, 4))
    bezel = rng.uniform(3, 9)
    width, height = round((sheet.width + left + right) * s), round((sheet.height + top + bottom) * s)
    around = [int(rng.choice([12, 30, 235, 250]))] * 3
    screen = np.empty((height, width, 3), np.uint8)
    screen[:] = around
    x, y = round(left * s), round(top * s)
    drawing = sheet.finished()
    screen[y : y + drawing.shape[0], x : x + drawing.shape[1]] = drawing
    # Pixels of the display are 0.18-0.27 mm on a monitor, about 0.08 mm on a phone; near the sensor's pitch they beat (moire).
    pitch = rng.uniform(0.09, 0.27) * s
    if pitch < 2.6:
        pitch = rng.uniform(2.1, 3.4)
    columns = np.arange(width) / pitch
    rows = np.arange(height) / pitch
    grid = np.ones((1, width, 3), np.float32)
    for channel in range(3):
        grid[0, :, channel] = 0.62 + 0.55 * (np.cos(2 * np.pi * (columns - channel / 3)) > 0.2)
    lines = (0.72 + 0.34 * (np.cos(2 * np.pi * rows) > -0.3)).astype(np.float32)[:, None, None]
    lit = np.clip(screen * grid * lines * rng.uniform(0.95, 1.2) + rng.uniform(4, 18), 0, 255).astype(np.uint8)
    rim = round(bezel * s)
    framed = cv2.copyMakeBorder(lit, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=[int(rng.integers(8, 40))] * 3)
    shot.blur = min(shot.blur, 0.5)
    shot.warmth = -abs(shot.warmth)
    return Mounted(sheet, framed, left + bezel, top + bezel)


def nothing(rng, shot):
    """A picture without a card: a bare table, a face-like shape, a document, clutter."""
    small = min(1.0, 1100 / max(shot.width, shot.height))
    width, height = round(shot.width * small), round(shot.height * small)
    kind = pick(rng, ["bare", "face", "document", "clutter"])
    shot.notes["instead"] = kind
    if kind == "bare":
        return surfaces.surface(rng, shot.background, width, height)
    if kind == "document":
        page = Sheet(148, 210, width / 148, (245, 245, 240))
        write_letter(rng, page, Person(rng), (30, 30, 30))
        return cv2.resize(page.finished()[: int(page.pixels[0] * height / width)], (width, height), interpolation=cv2.INTER_AREA)
    if kind == "clutter":
        return surfaces.clutter(rng, width, height)
    image = surfaces.surface(rng, pick(rng, ["concrete", "cloth", "wood", "tarpaulin"]), width, height)
    middle, size = (int(width * rng.uniform(0.4, 0.6)), int(height * rng.uniform(0.38, 0.5))), int(min(width, height) * rng.uniform(0.2, 0.32))
    tone = np.array([90, 125, 170]) * rng.uniform(0.6, 1.2)
    cv2.ellipse(image, (middle[0], height + size // 3), (size * 2, int(size * 1.5)), 0, 0, 360, rng.integers(20, 220, 3).tolist(), -1, cv2.LINE_AA)
    cv2.ellipse(image, (middle[0], middle[1] - size // 4), (int(size * 0.86), int(size * 1.1)), 0, 0, 360, (25, 20, 20), -1, cv2.LINE_AA)
    cv2.ellipse(image, middle, (int(size * 0.75), size), 0, 0, 360, tone.tolist(), -1, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.ellipse(image, (middle[0] + side * size // 3, middle[1] - size // 6), (size // 8, size // 16), 0, 0, 360, (30, 30, 40), -1, cv2.LINE_AA)
    cv2.ellipse(image, (middle[0], middle[1] + size // 2), (size // 4, size // 14), 0, 0, 360, (70, 70, 140), -1, cv2.LINE_AA)
    return cv2.GaussianBlur(image, (0, 0), 2.5)
