"""A sheet in front of a phone: where it lies, the light on it, the lens, the sensor and the file."""

import io
from dataclasses import dataclass, field

import cv2
import numpy as np
from PIL import Image

import surfaces


@dataclass
class Shot:
    """How one photo is taken. Angles in degrees, lengths in pixels of the final picture unless said otherwise."""

    width: int
    height: int
    scale: float  # pixels per mm in the middle of the sheet
    rotation: float = 0.0
    tilt: float = 0.0
    tilt_direction: float = 0.0
    aim: tuple = (0.5, 0.5)  # where in the frame `target` comes to lie
    target: tuple | None = None  # mm on the sheet, its middle if None
    background: str = "wood"
    bend: float = 0.0  # mm of displacement of a paper that does not lie flat
    creases: int = 0
    dirt: float = 0.0
    scratches: int = 0
    fade: float = 0.0
    laminated: bool = False
    finger: bool = False
    light: float = 1.0  # exposure; 1 is right, 0.3 is a dim room
    warmth: float = 0.0  # -1 blue .. 1 yellow
    shade: float = 0.0  # depth of uneven light and shadows
    bars: bool = False  # shadow of blinds or a fence
    glare: float = 0.0  # brightness of a reflection, 0..1
    glare_at: tuple | None = None  # mm on the sheet; anywhere if None
    glare_size: float = 0.15  # of the frame's width
    blur: float = 0.0  # sigma
    motion: float = 0.0  # length
    motion_direction: float = 0.0
    noise: float = 0.0  # standard deviation in grey levels
    sharpen: float = 0.0
    quality: int = 85
    orientation: int = 1
    gps: bool = False
    grey: bool = False
    keep_off: tuple | None = None  # mm box that glare, dirt and fingers spare
    notes: dict = field(default_factory=dict)


def homography(shot, sheet):
    """From mm on the sheet to pixels: a pinhole camera with the focal length of a phone's main lens."""
    focal = 0.75 * max(shot.width, shot.height)
    turn, tilt, way = np.radians([shot.rotation, shot.tilt, shot.tilt_direction])
    about_z = rotation(turn)
    lean = rotation(way) @ np.array([[np.cos(tilt), 0, np.sin(tilt)], [0, 1, 0], [-np.sin(tilt), 0, np.cos(tilt)]]) @ rotation(-way)
    pose = lean @ about_z
    target = shot.target or (sheet.width / 2, sheet.height / 2)
    aim = np.array([shot.aim[0] * shot.width - shot.width / 2, shot.aim[1] * shot.height - shot.height / 2])
    distance = focal / shot.scale
    offset = pose[:, :2] @ np.array(target, float)
    place = np.array([aim[0] / focal * distance, aim[1] / focal * distance, distance]) - offset
    camera = np.array([[focal, 0, shot.width / 2], [0, focal, shot.height / 2], [0, 0, 1]])
    return camera @ np.column_stack([pose[:, 0], pose[:, 1], place])


def rotation(angle):
    return np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])


def seen(matrix, points):
    """Points in mm to pixels."""
    points = np.column_stack([np.asarray(points, float), np.ones(len(points))]) @ matrix.T
    return points[:, :2] / points[:, 2:]


class Bend:
    """A paper that does not lie flat: a smooth shift of the print along both axes."""

    def __init__(self, rng, sheet, depth):
        self.depth, self.sheet = depth, sheet
        self.phase = rng.uniform(0, 2 * np.pi, 2)
        self.waves = rng.uniform(0.7, 1.6, 2)

    def source(self, x, y):
        """Where on the flat sheet (mm) the print at x, y of the bent one comes from."""
        w, h = self.sheet.width, self.sheet.height
        dx = self.depth * np.sin(2 * np.pi * self.waves[0] * y / h + self.phase[0])
        dy = self.depth * np.sin(2 * np.pi * self.waves[1] * x / w + self.phase[1])
        return x + dx, y + dy

    def moved(self, points):
        """Where points of the flat sheet have gone, by fixed-point iteration."""
        flat = np.asarray(points, float)
        bent = flat.copy()
        for _ in range(12):
            x, y = self.source(bent[:, 0], bent[:, 1])
            bent = flat - (np.column_stack([x, y]) - bent)
        return bent

    def applied(self, image, scale):
        height, width = image.shape[:2]
        y, x = np.mgrid[0:height:16, 0:width:16].astype(np.float32) / scale
        sx, sy = self.source(x, y)
        sx = cv2.resize(((sx - x) * scale).astype(np.float32), (width, height)) + np.arange(width, dtype=np.float32)
        sy = cv2.resize(((sy - y) * scale).astype(np.float32), (width, height)) + np.arange(height, dtype=np.float32)[:, None]
        return cv2.remap(image, sx, sy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def photograph(rng, shot, sheet=None, backdrop=None):
    """The upright picture (BGR) and, with a sheet, the matrix from mm to pixels and its bend."""
    image = ground(rng, shot, sheet, backdrop)
    matrix = bend = None
    if sheet is not None:
        matrix = homography(shot, sheet)
        drawing = worn(rng, shot, sheet)
        if shot.bend > 0:
            bend = Bend(rng, sheet, shot.bend)
            drawing = bend.applied(drawing, sheet.scale)
        lay(image, drawing, matrix, sheet, shot)
        if shot.finger:
            finger(rng, image, shot, sheet, matrix)
    image = lit(rng, image, shot)
    if shot.glare > 0:
        image = glared(rng, image, shot, sheet, matrix)
    image = through_lens(image, shot)
    return sensed(rng, image, shot), matrix, bend


def ground(rng, shot, sheet, backdrop):
    """The background with the sheet's shadow, drawn small and enlarged."""
    small = min(1.0, 1100 / max(shot.width, shot.height))
    width, height = round(shot.width * small), round(shot.height * small)
    image = backdrop if backdrop is not None else surfaces.surface(rng, shot.background, width, height)
    if sheet is not None:
        matrix = np.diag([small, small, 1.0]) @ homography(shot, sheet)
        shift = rng.normal(0, 0.006 * width, 2)
        shadow = np.zeros(image.shape[:2], np.uint8)
        cv2.fillConvexPoly(shadow, np.round(seen(matrix, sheet.corners) + shift).astype(np.int32), 255)
        shadow = cv2.GaussianBlur(shadow, (0, 0), 0.005 * width + 1).astype(np.float32) / 255
        image = surfaces.shaded(image, 1 - shadow * rng.uniform(0.2, 0.6))
    if image.shape[:2] != (shot.height, shot.width):
        image = cv2.resize(image, (shot.width, shot.height), interpolation=cv2.INTER_LINEAR)
    return image


def lay(image, drawing, matrix, sheet, shot):
    """Puts the drawing into the picture, in place, with the sheet's rounded corners."""
    height, width = image.shape[:2]
    shrink = 1.3 * shot.scale / sheet.scale
    if shrink < 0.75:
        drawing = cv2.resize(drawing, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    across, down = drawing.shape[1] / sheet.pixels[0] * sheet.scale, drawing.shape[0] / sheet.pixels[1] * sheet.scale
    left, top = sheet.origin
    to_pixels = matrix @ np.array([[1 / across, 0, -left], [0, 1 / down, -top], [0, 0, 1]])
    mask = np.full(drawing.shape[:2], 255, np.uint8)
    if sheet.radius:
        mask[:] = 0
        r = round(sheet.radius * across)
        cv2.rectangle(mask, (r, 0), (mask.shape[1] - 1 - r, mask.shape[0] - 1), 255, -1)
        cv2.rectangle(mask, (0, r), (mask.shape[1] - 1, mask.shape[0] - 1 - r), 255, -1)
        for x in (r, mask.shape[1] - 1 - r):
            for y in (r, mask.shape[0] - 1 - r):
                cv2.circle(mask, (x, y), r, 255, -1)
    placed = cv2.warpPerspective(drawing, to_pixels, (width, height), flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(mask, to_pixels, (width, height), flags=cv2.INTER_LINEAR)
    if width * height > 3_000_000:
        cv2.copyTo(placed, cv2.compare(mask, 127, cv2.CMP_GT), image)  # the lens softens the edge
    else:
        share = mask.astype(np.float32) / 255
        image[:] = cv2.blendLinear(placed, image, share, 1 - share)


def worn(rng, shot, sheet):
    """The drawing with what years in a pocket do to it."""
    image = sheet.finished()
    height, width = image.shape[:2]
    if shot.fade > 0:
        image = cv2.addWeighted(image, 1 - shot.fade, np.full_like(image, int(rng.integers(200, 240))), shot.fade, 0)
    small = (max(8, width // 8), max(8, height // 8))
    spared = np.ones(small[::-1], np.float32)
    if shot.keep_off:
        x0, y0, x1, y1 = (np.array(shot.keep_off) * sheet.scale / 8).astype(int)
        spared[max(0, y0 - 3) : y1 + 3, max(0, x0 - 3) : x1 + 3] = 0
        spared = cv2.GaussianBlur(spared, (0, 0), 4)
    if shot.dirt > 0:
        stains = np.clip(surfaces.clouds(rng, *small, 4, 5) - 0.15, 0, 1) * shot.dirt * 1.6 * spared
        specks = (rng.random(small[::-1]) < 0.003 * shot.dirt).astype(np.float32) * spared
        gain = cv2.resize(1 - np.clip(stains + cv2.GaussianBlur(specks, (0, 0), 0.9) * 2, 0, 0.85), (width, height), interpolation=cv2.INTER_LINEAR)
        image = cv2.multiply(image, cv2.merge([to_gain(gain * 0.97), to_gain(gain), to_gain(gain)]), scale=1 / 128)
    for _ in range(shot.scratches):
        start = rng.uniform(0, 1, 2) * (width, height)
        bend = rng.normal(0, 0.15 * width, 2)
        points = np.array([start, start + bend, start + bend * 2 + rng.normal(0, 0.03 * width, 2)])
        if shot.keep_off and crosses(points / sheet.scale, shot.keep_off):
            continue
        tone = [int(rng.integers(190, 255))] * 3 if rng.random() < 0.7 else [int(rng.integers(60, 140))] * 3
        cv2.polylines(image, [points.astype(np.int32)], False, tone, max(1, round(rng.uniform(0.05, 0.18) * sheet.scale)), cv2.LINE_AA)
    for _ in range(shot.creases):
        creased(rng, image, sheet)
    if shot.laminated:
        rim = round(1.5 * sheet.scale)
        cv2.rectangle(image, (0, 0), (width - 1, height - 1), (225, 225, 225), rim)
    return image


def crosses(points, box, margin=1.0):
    steps = np.concatenate([np.linspace(a, b, 30) for a, b in zip(points[:-1], points[1:])])
    x0, y0, x1, y1 = box
    inside = (steps[:, 0] > x0 - margin) & (steps[:, 0] < x1 + margin) & (steps[:, 1] > y0 - margin) & (steps[:, 1] < y1 + margin)
    return bool(inside.any())


def creased(rng, image, sheet):
    """A fold: one side darker, a bright or dark line where the print has broken."""
    height, width = image.shape[:2]
    upright = rng.random() < 0.5
    along = width if upright else height
    at = int(along * rng.uniform(0.2, 0.8))
    ramp = np.ones(along, np.float32)
    reach = int(along * rng.uniform(0.05, 0.3))
    ramp[max(0, at - reach) : at] -= np.linspace(0, rng.uniform(0.08, 0.3), min(reach, at)).astype(np.float32)
    gain = to_gain(ramp)
    gain = np.repeat(gain[None, :], height, 0) if upright else np.repeat(gain[:, None], width, 1)
    cv2.multiply(image, cv2.merge([gain] * 3), dst=image, scale=1 / 128)
    thick = max(1, round(rng.uniform(0.1, 0.35) * sheet.scale))
    tone = [int(rng.choice([90, 150, 235]))] * 3
    ends = ((at, 0), (at, height)) if upright else ((0, at), (width, at))
    cv2.line(image, *ends, tone, thick, cv2.LINE_AA)


def to_gain(values):
    """A gain of 0..1.99 as uint8, 128 being one."""
    return np.clip(np.asarray(values) * 128, 0, 255).astype(np.uint8)


def boxes(sheet):
    """The codes' boxes on the sheet in mm."""
    return [(*np.min(symbol["corners"], axis=0), *np.max(symbol["corners"], axis=0)) for symbol in getattr(sheet, "symbols", [])]


def finger(rng, image, shot, sheet, matrix):
    """A thumb over an edge of the card, beside what must be seen."""
    corners = np.array(sheet.corners, float)
    spared = boxes(sheet) + ([shot.keep_off] if shot.keep_off else [])
    for _ in range(12):
        side = int(rng.integers(0, 4))
        a, b = corners[side], corners[(side + 1) % 4]
        edge = a + (b - a) * rng.uniform(0.15, 0.85)
        inward = np.array([sheet.width / 2, sheet.height / 2]) - edge
        inward /= np.linalg.norm(inward)
        tip, root = edge + inward * rng.uniform(2, 9), edge - inward * 200
        if not any(crosses(np.array([tip, edge, edge - inward * 15]), box, 10) for box in spared):
            break
    else:
        return
    tip, root = seen(matrix, [tip, root])
    thick = 15 * shot.scale * rng.uniform(0.85, 1.2)
    tone = np.array([100, 135, 185]) * rng.uniform(0.5, 1.1)
    for share in np.linspace(1, 0.25, 14):
        shade = (tone * (1.12 - 0.5 * share)).tolist()
        cv2.line(image, root.astype(int).tolist(), tip.astype(int).tolist(), shade, max(1, int(thick * share)), cv2.LINE_AA)


def lit(rng, image, shot):
    """Exposure, colour of the lamp, uneven light, the shadow of the phone or of blinds."""
    small = (128, round(128 * shot.height / shot.width))
    gain = np.full(small[::-1], shot.light, np.float32)
    if shot.shade > 0:
        slope = surfaces.wave(*small, rng.uniform(0, np.pi), small[0] * 2.2, rng.uniform(0, 6))
        gain *= 1 - shot.shade * 0.5 * (slope + 1) * 0.8
        if rng.random() < 0.5:
            shadow = np.zeros(small[::-1], np.float32)
            box = cv2.boxPoints(((float(rng.uniform(0, small[0])), float(rng.uniform(0, small[1]))), (float(rng.uniform(30, 90)), float(rng.uniform(20, 60))), float(rng.uniform(0, 90))))
            cv2.fillConvexPoly(shadow, box.astype(np.int32), 1.0)
            gain *= 1 - cv2.GaussianBlur(shadow, (0, 0), rng.uniform(1, 6)) * shot.shade * rng.uniform(0.4, 0.9)
    if shot.bars:
        stripes = surfaces.wave(*small, rng.uniform(0, np.pi), rng.uniform(5, 25)) > 0
        gain *= 1 - cv2.GaussianBlur(stripes.astype(np.float32), (0, 0), 0.8) * rng.uniform(0.3, 0.6)
    tint = np.array([1 - 0.35 * max(shot.warmth, 0), 1 - 0.06 * abs(shot.warmth), 1 - 0.25 * max(-shot.warmth, 0)])
    gain = cv2.resize(np.clip(gain[..., None] * tint.astype(np.float32), 0, 1.9), (shot.width, shot.height), interpolation=cv2.INTER_LINEAR)
    gain *= 128
    return cv2.multiply(image, gain.astype(np.uint8), scale=1 / 128)


def glared(rng, image, shot, sheet, matrix):
    """The reflection of a lamp or a window: bright, clipped in the middle, with a halo."""
    small = (320, round(320 * shot.height / shot.width))
    down = small[0] / shot.width
    spared = np.ones(small[::-1], np.float32)
    if shot.glare_at is not None and matrix is not None:
        middle = seen(matrix, [shot.glare_at])[0] * down
    elif matrix is not None:
        middle = seen(matrix, [rng.uniform(0.05, 0.95, 2) * (sheet.width, sheet.height)])[0] * down
    else:
        middle = rng.uniform(0.1, 0.9, 2) * small
    if shot.keep_off and matrix is not None:
        x0, y0, x1, y1 = shot.keep_off
        area = seen(matrix, [(x0 - 2, y0 - 2), (x1 + 2, y0 - 2), (x1 + 2, y1 + 2), (x0 - 2, y1 + 2)]) * down
        cv2.fillConvexPoly(spared, np.round(area).astype(np.int32), 0.0)
        spared = cv2.GaussianBlur(spared, (0, 0), 3)
    light = np.zeros(small[::-1], np.float32)
    size = shot.glare_size * small[0]
    if rng.random() < 0.5:
        axes = (max(2, int(size / 2)), max(2, int(size / 2 * rng.uniform(0.4, 1))))
        cv2.ellipse(light, middle.astype(int).tolist(), axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
    else:
        box = cv2.boxPoints((middle.tolist(), (float(size), float(size * rng.uniform(0.3, 1))), float(rng.uniform(0, 180))))
        cv2.fillConvexPoly(light, box.astype(np.int32), 1.0)
    soft = cv2.GaussianBlur(light, (0, 0), max(1.0, size * rng.uniform(0.05, 0.25)))
    halo = cv2.GaussianBlur(light, (0, 0), max(1.0, size * 0.6))
    added = np.clip((soft * 1.1 + halo * 0.35) * shot.glare * spared, 0, 1) * 255
    added = cv2.resize(added.astype(np.uint8), (shot.width, shot.height), interpolation=cv2.INTER_LINEAR)
    return cv2.add(image, cv2.merge([added] * 3))


def through_lens(image, shot):
    if shot.blur > 0.3:
        image = cv2.GaussianBlur(image, (0, 0), shot.blur)
    step = shot.motion / 4
    way = np.radians(shot.motion_direction)
    while step >= 0.4:
        # A line is the average of shifts by half its length, a quarter, an eighth, ...: few passes for any length.
        dx, dy = step * np.cos(way), step * np.sin(way)
        image = cv2.addWeighted(moved(image, dx, dy), 0.5, moved(image, -dx, -dy), 0.5, 0)
        step /= 2
    return image


def moved(image, dx, dy):
    matrix = np.float32([[1, 0, dx], [0, 1, dy]])
    return cv2.warpAffine(image, matrix, (image.shape[1], image.shape[0]), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def sensed(rng, image, shot):
    """Noise, half of it as fine as a pixel and half smeared as phones do, then their sharpening."""
    if shot.grey:
        image = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    if shot.noise > 0:
        side = 1024
        channels = 1 if image.ndim == 2 else 3
        fine = rng.standard_normal((side, side, 1), np.float32)
        colour = cv2.resize(rng.standard_normal((side // 2, side // 2, 3), np.float32), (side, side), interpolation=cv2.INTER_LINEAR) * 0.9
        tile = (fine + (colour if channels == 3 else colour[..., :1])) * (shot.noise / 1.2)
        tile = np.round(tile).astype(np.int16).reshape(side, side, channels)
        height, width = image.shape[:2]
        field = np.tile(tile, (height // side + 1, width // side + 1, 1))[:height, :width]
        image = cv2.add(image, field if channels == 3 else field[..., 0], dtype=cv2.CV_8U)
    if shot.sharpen > 0:
        soft = cv2.GaussianBlur(image, (0, 0), 1.5)
        image = cv2.addWeighted(image, 1 + shot.sharpen, soft, -shot.sharpen, 0)
    return image


# The file -------------------------------------------------------------------------------------------------------------

# For each Exif orientation, what turns the upright picture into the stored one, as a function of (x, y, width, height).
STORED = {
    1: (lambda a: a, lambda x, y, w, h: (x, y)),
    2: (lambda a: cv2.flip(a, 1), lambda x, y, w, h: (w - x, y)),
    3: (lambda a: cv2.flip(a, -1), lambda x, y, w, h: (w - x, h - y)),
    4: (lambda a: cv2.flip(a, 0), lambda x, y, w, h: (x, h - y)),
    5: (cv2.transpose, lambda x, y, w, h: (y, x)),
    6: (lambda a: cv2.rotate(a, cv2.ROTATE_90_COUNTERCLOCKWISE), lambda x, y, w, h: (y, w - x)),
    7: (lambda a: cv2.transpose(cv2.flip(a, -1)), lambda x, y, w, h: (h - y, w - x)),
    8: (lambda a: cv2.rotate(a, cv2.ROTATE_90_CLOCKWISE), lambda x, y, w, h: (h - y, x)),
}


def stored_points(points, shot):
    turn = STORED[shot.orientation][1]
    return [[round(float(c), 1) for c in turn(x, y, shot.width, shot.height)] for x, y in points]


def jpeg(rng, image, shot, exif=True):
    """The file's bytes. With `exif`, the pixels are turned as the orientation says and a maker is named."""
    pixels = STORED[shot.orientation][0](image)
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    extra = {}
    if exif:
        tags = Image.Exif()
        tags[0x010F], tags[0x0110], tags[0x0112] = "Contoh", "HP Peraga 1", shot.orientation
        tags[0x0132] = "2026:11:21 08:00:00"
        if shot.gps:
            place = tags.get_ifd(0x8825)
            place[1], place[2] = "S", (7.0, float(rng.integers(0, 60)), float(rng.integers(0, 60)))
            place[3], place[4] = "E", (111.0, float(rng.integers(0, 60)), float(rng.integers(0, 60)))
        extra["exif"] = tags
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=shot.quality, **extra)
    return out.getvalue()
