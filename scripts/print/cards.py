"""Synthetic KTP-like prints: a clean card, then what a phone makes of it.

Every card carries CONTOH and a NIK with serial 9999 or the prefix 99, so that no number can be a person's.
Sizes are millimetres on the card (85.60 x 53.98); a clean card is drawn at `INK` pixels per millimetre.
"""
import functools
import math
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

cv2.setNumThreads(1)
WIDTH_MM, HEIGHT_MM = 85.60, 53.98
INK = 12
SIZE = (round(WIDTH_MM * INK), round(HEIGHT_MM * INK))
FONTS = Path("/usr/share/fonts")
# The card's face is OCR-A or close to it; the others keep the net from learning one drawing of a digit by heart.
NIK_FACES = {
    "truetype/ocr-a/OCRA.ttf": 0.44,
    "truetype/ocr-a/OCRABold.ttf": 0.14,
    "truetype/ocr-a/OCRACondensed.ttf": 0.07,
    "opentype/ocr-b/OCRB.otf": 0.11,
    "truetype/liberation/LiberationMono-Bold.ttf": 0.04,
    "truetype/liberation/LiberationMono-Regular.ttf": 0.03,
    "truetype/dejavu/DejaVuSansMono.ttf": 0.03,
    "truetype/dejavu/DejaVuSansMono-Bold.ttf": 0.02,
    "truetype/inconsolata/Inconsolata.otf": 0.02,
    "truetype/liberation/LiberationSans-Regular.ttf": 0.02,
    "truetype/liberation/LiberationSans-Bold.ttf": 0.04,
    "truetype/liberation/LiberationSansNarrow-Bold.ttf": 0.02,
    "truetype/roboto/unhinted/RobotoTTF/Roboto-Medium.ttf": 0.02,
}
TEXT_FACES = [
    "truetype/liberation/LiberationSans-Regular.ttf",
    "truetype/liberation/LiberationSans-Bold.ttf",
    "truetype/liberation/LiberationSansNarrow-Regular.ttf",
    "truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf",
    "truetype/dejavu/DejaVuSansCondensed.ttf",
]
LABELS = ["Nama", "Tempat/Tgl Lahir", "Jenis Kelamin", "Alamat", "   RT/RW", "   Kel/Desa", "   Kecamatan", "Agama",
          "Status Perkawinan", "Pekerjaan", "Kewarganegaraan", "Berlaku Hingga"]
WORDS = ("CONTOH SITI BUDI MELATI KENANGA JATI SUMBER REJO MULYO KARANG WONO TANI BURUH KAWIN ISLAM WNI SEUMUR HIDUP "
         "LAKI-LAKI PEREMPUAN DUSUN KIDUL LOR 001/002 12-05-1985 17-08-1990 PETANI/PEKEBUN").split()


@functools.lru_cache(maxsize=512)
def font(name, size):
    return ImageFont.truetype(str(FONTS / name), size)


@functools.lru_cache(maxsize=512)
def font_of_height(name, height_px):
    """The font whose digit 8 is `height_px` high."""
    top, bottom = font(name, 100).getbbox("8")[1::2]
    return font(name, max(6, round(100 * height_px / (bottom - top))))


def random_nik(rng):
    woman = rng.random() < 0.5
    day, month, year = rng.integers(1, 29) + 40 * woman, rng.integers(1, 13), rng.integers(0, 100)
    if rng.random() < 0.5:
        region, serial = f"99{rng.integers(0, 10_000):04d}", rng.integers(1, 10_000)
    else:
        region, serial = f"{rng.integers(11, 97):02d}{rng.integers(0, 10_000):04d}", 9999
    return f"{region}{day:02d}{month:02d}{year:02d}{serial:04d}"


def smooth_noise(rng, cells, shape):
    """Noise of about `cells` bumps across, -1..1, as (height, width) = shape."""
    small = rng.uniform(-1, 1, (max(2, round(cells * 0.63)), max(2, cells))).astype(np.float32)
    return cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def background(rng):
    """Pale paper: blotches, guilloche waves, a fine grid."""
    width, height = SIZE
    grey = np.full((height, width), rng.uniform(170, 238), np.float32)
    grey += smooth_noise(rng, int(rng.integers(2, 8)), grey.shape) * rng.uniform(0, 14)
    x = np.linspace(0, 1, width, dtype=np.float32)[None]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    for _ in range(rng.integers(0, 4)):
        phase = rng.uniform(0, 6.3) + 6.3 * rng.uniform(0.5, 4) * x + rng.uniform(0, 3) * np.sin(6.3 * (y + x * rng.uniform(-1, 1)))
        wave = np.sin(6.3 * rng.uniform(8, 55) * (y + rng.uniform(-0.5, 0.5) * x) + rng.uniform(0.5, 3) * np.sin(phase))
        grey += (wave > rng.uniform(0.2, 0.9)) * rng.uniform(-22, 10) if rng.random() < 0.6 else wave * rng.uniform(0, 8)
    if rng.random() < 0.3:
        grey += smooth_noise(rng, 200, grey.shape) * rng.uniform(0, 6)
    return grey


@functools.lru_cache(maxsize=64)
def paper(number):
    """One of 64 papers, drawn once."""
    return background(np.random.default_rng([number, 64]))


@functools.lru_cache(maxsize=1)
def grain_tile():
    return np.random.default_rng(1).standard_normal((1400, 2200), dtype=np.float32)


def grain_of(rng, shape):
    """Noise of deviation 1, cut out of a large tile."""
    y, x = rng.integers(0, 1400 - shape[0]), rng.integers(0, 2200 - shape[1])
    return grain_tile()[y : y + shape[0], x : x + shape[1]][:: rng.choice([-1, 1]), :: rng.choice([-1, 1])].copy()


def put(pen, xy, text, face, height_px, strength, anchor="lm"):
    pen.text(xy, text, fill=int(strength), font=font_of_height(face, round(height_px)), anchor=anchor)


def nik_row(rng, ink, digits, centre, pitch, height, strength):
    """Each digit in its own cell; gives the ink and the digits' centres in pixels."""
    face = rng.choice(list(NIK_FACES), p=np.array(list(NIK_FACES.values())) / sum(NIK_FACES.values()))
    layer = Image.new("L", SIZE)
    pen = ImageDraw.Draw(layer)
    typeface = font_of_height(face, round(height))
    squeeze = rng.random() < 0.5
    centres = []
    for index, digit in enumerate(digits):
        x = centre[0] + pitch * index
        left, top, right, bottom = typeface.getbbox(digit)
        # an advance cell as the face has it, or the glyph itself in the middle of its cell
        middle = (left + right) / 2 if squeeze else typeface.getlength(digit) / 2
        pen.text((round(x - middle), round(centre[1] - (top + bottom) / 2)), digit, fill=int(strength), font=typeface)
        centres.append((x + (left + right) / 2 - middle, centre[1]))
    top, bottom = round(centre[1] - 2.5 * INK), round(centre[1] + 2.5 * INK)
    row = np.asarray(layer)[top:bottom]
    weight = rng.random()
    if weight < 0.18:
        row = cv2.erode(row, np.ones((2, 2), np.uint8))
    elif weight < 0.36:
        row = cv2.dilate(row, np.ones((2, 2), np.uint8))
    elif weight < 0.44:
        row = cv2.dilate(row, np.ones((3, 3), np.uint8))
    ink[top:bottom] = np.maximum(ink[top:bottom], row)
    return np.array(centres, np.float32)


def phrase(rng, most=4):
    return " ".join(rng.choice(WORDS, rng.integers(1, most)))


def impossible_digits(rng, count):
    """Any digits, every one as often; of sixteen, the month is none, so that they are nobody's NIK."""
    digits = "".join(rng.choice(list("0123456789"), count))
    return digits if count != 16 else digits[:8] + rng.choice(list("23456789")) + digits[9:]


def clean_card(rng, learning=True, worn=True):
    """A card before the camera: grey image, the row's digits and their centres in millimetres (none on other cards).

    For learning, most rows are impossible ones: serials of 9999 and prefixes of 99 would teach that digits are nines.
    With the same state of `rng`, `worn=False` gives the same card as it left the printer.
    """
    mm = INK
    grey = paper(int(rng.integers(64)))[:: rng.choice([-1, 1]), :: rng.choice([-1, 1])] * rng.uniform(0.85, 1.05)
    layer = Image.new("L", SIZE)
    pen = ImageDraw.Draw(layer)
    kind = rng.random()
    if rng.random() < 0.9:
        portrait(rng, grey)
    face = rng.choice(TEXT_FACES)
    strength = rng.uniform(150, 255)
    row_y = rng.normal(11.4, 1.2)
    header = rng.uniform(2.0, 3.2) * mm
    if rng.random() < 0.95:
        for line in range(2):
            text = ("PROVINSI " if line == 0 else "KABUPATEN ") + phrase(rng, 3)
            put(pen, (SIZE[0] * rng.uniform(0.42, 0.52), (row_y - 3.9 - 3.6 * (1 - line)) * mm), text, face, header * 0.8, strength, "mm")
    row, digits, centres = None, "", np.zeros((0, 2), np.float32)
    if kind < 0.94:
        digits = random_nik(rng)
        if rng.random() < (0.85 if learning else 0.02):
            digits = impossible_digits(rng, int(rng.integers(9, 19)) if rng.random() < 0.15 or not learning else 16)
        pitch = 2.54 * rng.normal(1, 0.035)
        height = 2.4 * np.clip(rng.normal(1, 0.07), 0.82, 1.2)
        start = rng.normal(21.2, 1.2)
        row = (start * mm, row_y * mm), pitch * mm, height * mm, rng.uniform(140, 255)
        label = rng.uniform(1.9, 2.6) * mm
        if rng.random() < 0.95:
            put(pen, (rng.normal(3.6, 0.7) * mm, row_y * mm), "NIK", face, label, strength)
            put(pen, ((start - rng.uniform(2.2, 4.5)) * mm, row_y * mm), ":", face, label, strength)
    line_y, step = row_y + rng.uniform(3.1, 4.6), rng.uniform(2.7, 3.5)
    size, column = rng.uniform(1.45, 2.1) * mm, rng.normal(20, 1.5)
    for label in LABELS if rng.random() < 0.97 else []:
        put(pen, (3.5 * mm, line_y * mm), label, face, size, strength)
        put(pen, (column * mm, line_y * mm), ": " + phrase(rng), face, size, strength)
        line_y += step
    if kind >= 0.97:  # no card of ours: lines of text anywhere, some with long numbers
        layer = Image.new("L", SIZE)
        pen = ImageDraw.Draw(layer)
        for _ in range(rng.integers(0, 12)):
            text = phrase(rng, 6) if rng.random() < 0.7 else " ".join("".join(rng.choice(list("0123456789"), 4)) for _ in range(4))
            put(pen, (rng.uniform(1, 30) * mm, rng.uniform(2, 52) * mm), text, face, rng.uniform(1.4, 4) * mm, strength)
    ink = np.array(layer)
    if row:
        centres = nik_row(rng, ink, digits, *row)
    if not worn:
        return grey - (grey - 50) * (ink.astype(np.float32) / 255), digits, centres / mm
    return wear(rng, grey, ink), digits, centres / mm


def portrait(rng, grey):
    """A box with a head, right of the text."""
    x, y = round(rng.uniform(60, 64) * INK), round(rng.uniform(9, 14) * INK)
    w, h = round(rng.uniform(19, 23) * INK), round(rng.uniform(24, 30) * INK)
    box = np.full((h, w), rng.uniform(60, 190), np.float32)
    cv2.ellipse(box, (w // 2, h), (w // 2, h // 3), 0, 0, 360, rng.uniform(20, 220), -1)
    cv2.ellipse(box, (w // 2, h * 2 // 5), (w // 4, h // 4), 0, 0, 360, rng.uniform(70, 200), -1)
    box += smooth_noise(rng, 8, box.shape) * 20
    target = grey[y : y + h, x : x + w]
    target[:] = box[: target.shape[0], : target.shape[1]]


def wear(rng, grey, ink):
    """Ink on paper: faded in patches, rubbed off, scratched."""
    cover = ink.astype(np.float32) / 255
    if rng.random() < 0.5:
        cover *= 1 - rng.uniform(0, 0.7) * np.clip(smooth_noise(rng, int(rng.integers(3, 30)), cover.shape), 0, 1)
    if rng.random() < 0.25:
        cover *= 1 - rng.uniform(0.3, 1) * (smooth_noise(rng, int(rng.integers(100, 260)), cover.shape) > rng.uniform(0.45, 0.9))
    dark = rng.uniform(15, 90)
    out = grey + (dark - grey) * cover
    if rng.random() < 0.3:
        for _ in range(rng.integers(1, 12)):
            start, end = rng.uniform(0, 1, (2, 2)) * SIZE
            if rng.random() < 0.5:
                end = start + rng.normal(0, 100, 2)
            cv2.line(out, tuple(int(v) for v in start), tuple(int(v) for v in end), rng.uniform(60, 255), int(rng.integers(1, 4)), cv2.LINE_AA)
    return out


def photograph(rng, card, hardness):
    """What a phone makes of it at `pixels` per millimetre; hardness 0 (studio) to 1 (often illegible)."""
    low = 9.0 - 4.6 * hardness
    pixels = float(np.clip(low * np.exp(abs(rng.normal(0, 0.35))), 4.4, 17))
    size = (round(WIDTH_MM * pixels), round(HEIGHT_MM * pixels))
    shot = cv2.resize(card, size, interpolation=cv2.INTER_AREA if pixels < INK else cv2.INTER_CUBIC)
    shape = shot.shape
    if rng.random() < 0.2 + 0.3 * hardness:  # lamination: a haze with folds
        haze = rng.uniform(0, 0.35) * hardness + 0.05
        shot = shot * (1 - haze) + 235 * haze * (1 + 0.2 * smooth_noise(rng, int(rng.integers(3, 16)), shape))
    light = 1 + smooth_noise(rng, 2, shape) * rng.uniform(0, 0.35)
    if rng.random() < 0.3:  # the edge of a shadow
        x, y = np.meshgrid(np.linspace(-1, 1, shape[1], dtype=np.float32), np.linspace(-1, 1, shape[0], dtype=np.float32))
        turn = rng.uniform(0, 6.3)
        across = (x * math.cos(turn) + y * math.sin(turn) + rng.uniform(-0.6, 0.6)) * rng.uniform(4, 60)
        light *= 1 - rng.uniform(0.1, 0.6) / (1 + np.exp(np.clip(-across, -40, 40)))
    shot = shot * np.clip(light, 0, None) * rng.uniform(1 - 0.75 * hardness, 1.1)
    for _ in range(rng.integers(1, 4) if rng.random() < 0.15 + 0.4 * hardness else 0):
        shot += glare(rng, shape, hardness)
    if rng.random() < 0.3:
        shot = 255 * np.power(np.clip(shot / 255, 0, 1), rng.uniform(0.6, 1.6))
    sigma = max(0.35, rng.uniform(0.02, 0.10 + 0.32 * hardness) * pixels) if rng.random() < 0.9 else 0.35
    shot = cv2.GaussianBlur(shot, (0, 0), sigma)
    if rng.random() < 0.12 + 0.33 * hardness:
        shot = motion(rng, shot, rng.uniform(0.1, 0.3 + 0.8 * hardness) * pixels)
    noise = rng.uniform(0.5, 3 + 11 * hardness)
    grain = grain_of(rng, shape)
    if rng.random() < 0.4:
        grain = cv2.GaussianBlur(grain, (0, 0), rng.uniform(0.5, 1.2)) * 2
    shot = np.clip(shot + grain * noise, 0, 255)
    if rng.random() < 0.25:
        shot = cv2.medianBlur(shot.astype(np.uint8), 3).astype(np.float32)
    if rng.random() < 0.4:
        shot += rng.uniform(0.3, 1.5) * (shot - cv2.GaussianBlur(shot, (0, 0), rng.uniform(0.8, 2.5)))
    if rng.random() < 0.15:
        shot = (shot - 128) * rng.uniform(1.0, 1.8) + 128
    shot = np.clip(shot, 0, 255).astype(np.uint8)
    if rng.random() < 0.85:
        quality = int(rng.integers(round(80 - 55 * hardness), 96))
        shot = cv2.imdecode(cv2.imencode(".jpg", shot, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE)
    return shot, pixels


def glare(rng, shape, hardness):
    height, width = shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32) / width, np.arange(height, dtype=np.float32) / width)
    turn, cx, cy = rng.uniform(0, 3.15), rng.uniform(0, 1), rng.uniform(0, 0.63)
    along = (x - cx) * math.cos(turn) + (y - cy) * math.sin(turn)
    across = -(x - cx) * math.sin(turn) + (y - cy) * math.cos(turn)
    spot = np.exp(-((along / rng.uniform(0.05, 0.6)) ** 2) - (across / rng.uniform(0.02, 0.15)) ** 2)
    return spot * rng.uniform(20, 90 + 190 * hardness)


def motion(rng, shot, length):
    count = max(3, int(length) | 1)
    kernel = np.zeros((count, count), np.float32)
    kernel[count // 2] = 1
    turn = cv2.getRotationMatrix2D((count // 2, count // 2), rng.uniform(0, 180), 1)
    kernel = cv2.warpAffine(kernel, turn, (count, count))
    return cv2.filter2D(shot, -1, kernel / max(kernel.sum(), 1e-6))


def found_corners(rng, worst):
    """Where the card finder believes the corners to be, in millimetres on the card: each off by up to `worst` mm,
    all of them turned by up to 3 degrees and scaled by up to 8 % in a part of the cards."""
    corners = np.array([[0, 0], [WIDTH_MM, 0], [WIDTH_MM, HEIGHT_MM], [0, HEIGHT_MM]], np.float32)
    corners += rng.uniform(-worst, worst, (4, 2))
    if rng.random() < 0.35:
        middle = corners.mean(axis=0)
        turn, scale = math.radians(rng.uniform(-3, 3)), rng.uniform(0.93, 1.08)
        spin = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]) * scale
        corners = (corners - middle) @ spin.T + middle
    return corners.astype(np.float32)


def rectified(rng, shot, pixels, corners, size):
    """The card as the finder cuts it out, `size` = (width, height), and the map from millimetres to its pixels."""
    width, height = size
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    from_mm = cv2.getPerspectiveTransform(corners, target)
    # pixel centres: the shot's pixel k covers k..k+1
    shrink = WIDTH_MM * pixels / width
    if shrink > 1.3:
        shot = cv2.resize(shot, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
        pixels = shot.shape[1] / WIDTH_MM
    to_mm = np.diag([1 / pixels, 1 / pixels, 1])
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    whole = np.linalg.inv(half) @ from_mm @ to_mm @ half
    ground = float(rng.uniform(0, 255))
    if rng.random() < 0.4:
        image = cv2.warpPerspective(shot, whole, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    else:
        image = cv2.warpPerspective(shot, whole, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=ground)
    return image, from_mm


def to_pixels(from_mm, points):
    if len(points) == 0:
        return np.zeros((0, 2), np.float32)
    return cv2.perspectiveTransform(points[None].astype(np.float32), from_mm)[0]
