"""What a card lies on: procedural textures, BGR uint8. Made small and enlarged by the caller where the picture is large."""

import cv2
import numpy as np

NAMES = ["wood", "cloth", "batik", "tiles", "paper", "skin", "mat", "dark_table", "terrazzo", "clutter", "concrete", "tarpaulin", "text", "grass"]


def surface(rng, name, width, height):
    return MAKERS[name](rng, width, height)


def clouds(rng, width, height, cells=4, octaves=4, across=1.0):
    """Fractal noise in -1..1. `across` stretches it along x."""
    total = np.zeros((height, width), np.float32)
    weight, sum_weights = 1.0, 0.0
    for octave in range(octaves):
        rows = max(2, cells * 2**octave)
        columns = max(2, int(rows * width / height / across))
        if rows > height * 2:
            break
        grid = rng.uniform(-1, 1, (rows, columns)).astype(np.float32)
        total += weight * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        sum_weights += weight
        weight *= 0.6
    return total / sum_weights


def tinted(values, dark, light):
    """A grey field 0..1 between two BGR colours."""
    values = np.clip(values, 0, 1)[..., None]
    return (np.float32(dark) * (1 - values) + np.float32(light) * values).astype(np.uint8)


def wave(width, height, angle, period, phase=0.0):
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.sin((x * np.cos(angle) + y * np.sin(angle)) * (2 * np.pi / period) + phase)


def colour(rng, low=20, high=235):
    """A BGR colour, mostly dull."""
    tint = rng.uniform(low, high, 3)
    dull = rng.beta(3, 1.5)
    return tint * (1 - dull) + tint.mean() * dull


def wood(rng, width, height):
    grain = clouds(rng, width, height, 6, 6, across=rng.uniform(8, 25))
    rings = np.sin(clouds(rng, width, height, 3, 2, across=6) * rng.uniform(10, 30))
    values = 0.5 + 0.35 * grain + 0.12 * rings
    planks = int(rng.integers(1, 6))
    for edge in rng.integers(0, height, planks - 1):
        values[edge : edge + max(2, height // 300)] -= 0.5
    light = np.array([rng.uniform(70, 150), rng.uniform(110, 190), rng.uniform(160, 220)])
    out = tinted(values, light * 0.4, light)
    return out if rng.random() < 0.7 else np.ascontiguousarray(cv2.resize(np.rot90(out), (width, height)))


def cloth(rng, width, height):
    period = rng.uniform(3, 9)
    angle = rng.uniform(0, np.pi)
    weave = wave(width, height, angle, period) * wave(width, height, angle + np.pi / 2, period)
    values = 0.5 + 0.18 * weave + 0.3 * clouds(rng, width, height, 3, 3)
    if rng.random() < 0.5:
        stripes = wave(width, height, angle, rng.uniform(30, 160))
        values += 0.35 * (stripes > rng.uniform(-0.5, 0.8))
    base = colour(rng)
    return tinted(values, base * 0.4, np.clip(base * 1.2 + 20, 0, 255))


def batik(rng, width, height):
    size = int(rng.integers(50, 160))
    ground, first, second = colour(rng, 10, 90), colour(rng, 60, 220), colour(rng, 120, 255)
    motif = np.empty((size, size, 3), np.uint8)
    motif[:] = ground
    half = size // 2
    if rng.random() < 0.5:
        for dx, dy, angle in ((half, half // 2, 90), (half, half + half // 2, 90), (half // 2, half, 0), (half + half // 2, half, 0)):
            cv2.ellipse(motif, (dx, dy), (half // 2, half // 4), angle, 0, 360, first.tolist(), -1, cv2.LINE_AA)
            cv2.ellipse(motif, (dx, dy), (half // 4, half // 9), angle, 0, 360, second.tolist(), 2, cv2.LINE_AA)
        cv2.circle(motif, (0, 0), size // 8, second.tolist(), -1, cv2.LINE_AA)
    else:
        for at in range(-size, size * 2, half):
            cv2.line(motif, (at, 0), (at + size, size), first.tolist(), size // 8, cv2.LINE_AA)
            cv2.line(motif, (at + size // 5, 0), (at + size + size // 5, size), second.tolist(), max(1, size // 40), cv2.LINE_AA)
            cv2.circle(motif, (at + half // 2, half // 4), size // 14, second.tolist(), -1, cv2.LINE_AA)
    out = np.tile(motif, (height // size + 2, width // size + 2, 1))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(0, 90)), 1.0)
    out = cv2.warpAffine(out, turn, (width, height), borderMode=cv2.BORDER_REFLECT)
    return shaded(out, 1 + 0.2 * clouds(rng, width, height, 3, 4))


def tiles(rng, width, height):
    size = int(rng.integers(120, 500))
    base = np.clip(colour(rng, 120, 240), 0, 245)
    out = tinted(0.6 + 0.3 * clouds(rng, width, height, 5, 5), base * 0.75, base)
    grout = (base * rng.uniform(0.35, 0.7)).tolist()
    thick = int(rng.integers(2, 7))
    for x in range(int(rng.integers(0, size)), width, size):
        cv2.line(out, (x, 0), (x, height), grout, thick)
    for y in range(int(rng.integers(0, size)), height, size):
        cv2.line(out, (0, y), (width, y), grout, thick)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(-45, 45)), 1.5)
    return cv2.warpAffine(out, turn, (width, height), borderMode=cv2.BORDER_REFLECT)


def paper(rng, width, height):
    white = rng.uniform(170, 240)
    out = tinted(0.7 + 0.3 * clouds(rng, width, height, 4, 4), [white * 0.8] * 3, [white * 0.95, white, white])
    if rng.random() < 0.5:
        gap = int(rng.integers(18, 45))
        for y in range(gap, height, gap):
            cv2.line(out, (0, y), (width, y), (190, 150, 120), 1, cv2.LINE_AA)
    return out


def text(rng, width, height):
    """A page of lines and words, as in a newspaper or a letter."""
    out = paper(rng, width, height)
    size = rng.uniform(0.4, 1.1)
    words = ["desa", "kabupaten", "warga", "bantuan", "dan", "yang", "pada", "2026", "tahun", "kepala", "di", "program", "jaminan", "pekerja"]
    y = 10
    while y < height:
        line = " ".join(words[int(w)] for w in rng.integers(0, len(words), int(width / size / 90) + 2))
        indent = int(rng.integers(0, 60)) if rng.random() < 0.2 else 10
        cv2.putText(out, line, (indent, int(y)), cv2.FONT_HERSHEY_COMPLEX_SMALL, size, (45, 40, 40), 1, cv2.LINE_AA)
        y += size * (40 if rng.random() < 0.12 else 24)
    return out


def skin(rng, width, height):
    tone = np.array([95, 130, 175]) * rng.uniform(0.6, 1.15)
    values = 0.55 + 0.25 * clouds(rng, width, height, 2, 3) + 0.12 * clouds(rng, width, height, 40, 3)
    out = tinted(values, tone * 0.6, np.clip(tone * 1.2, 0, 255))
    for _ in range(int(rng.integers(3, 7))):
        points = rng.uniform(0, 1, 2) * (width, height) + bow(rng, width)
        cv2.polylines(out, [points.astype(np.int32)], False, (tone * 0.65).tolist(), max(2, width // 250), cv2.LINE_AA)
    return cv2.GaussianBlur(out, (0, 0), 1.5)


def bow(rng, width):
    """A smooth curved line."""
    angle = np.cumsum(rng.normal(0, 0.12, 30)) + rng.uniform(0, 2 * np.pi)
    return np.cumsum(np.column_stack([np.cos(angle), np.sin(angle)]), axis=0) * width / rng.uniform(40, 90)


def mat(rng, width, height):
    """A woven mat (tikar)."""
    size = int(rng.integers(12, 40))
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    over = ((x // size + y // size) % 2).astype(np.float32)
    strands = np.where(over > 0, np.abs(x % size - size / 2), np.abs(y % size - size / 2)) / size
    values = 0.9 - strands + 0.15 * clouds(rng, width, height, 6, 5) - 0.1 * over
    if rng.random() < 0.5:
        values -= 0.35 * (((x // size) % 6 == 0) & (over > 0))
    light = np.array([rng.uniform(80, 150), rng.uniform(140, 200), rng.uniform(170, 225)])
    out = tinted(values, light * 0.35, light)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(0, 90)), 1.5)
    return cv2.warpAffine(out, turn, (width, height), borderMode=cv2.BORDER_REFLECT)


def dark_table(rng, width, height):
    base = rng.uniform(15, 70, 3)
    return tinted(0.5 + 0.4 * clouds(rng, width, height, 5, 6, across=rng.uniform(1, 6)), base * 0.5, base * 1.3)


def terrazzo(rng, width, height):
    base = colour(rng, 120, 220)
    out = tinted(0.6 + 0.3 * clouds(rng, width, height, 5, 4), base * 0.85, base)
    for _ in range(int(rng.integers(200, 700))):
        at = (rng.uniform(0, 1, 2) * (width, height)).astype(int)
        corners = (at + rng.normal(0, rng.uniform(3, 10), (5, 2))).astype(np.int32)
        cv2.fillConvexPoly(out, cv2.convexHull(corners), (base * rng.uniform(0.3, 1.15)).clip(0, 255).tolist(), cv2.LINE_AA)
    return out


def clutter(rng, width, height):
    """A busy table: things of all shapes and colours."""
    out = tinted(0.5 + 0.5 * clouds(rng, width, height, 4, 5), colour(rng, 10, 100), colour(rng, 80, 230))
    for _ in range(int(rng.integers(12, 45))):
        at = rng.uniform(0, 1, 2) * (width, height)
        size = rng.uniform(0.02, 0.22) * width
        tint = colour(rng).tolist()
        kind = rng.random()
        if kind < 0.4:
            box = cv2.boxPoints((at.tolist(), (size, size * rng.uniform(0.1, 1)), float(rng.uniform(0, 180))))
            cv2.fillConvexPoly(out, box.astype(np.int32), tint, cv2.LINE_AA)
        elif kind < 0.7:
            axes = (int(size / 2), int(size / 2 * rng.uniform(0.3, 1)))
            cv2.ellipse(out, at.astype(int).tolist(), axes, float(rng.uniform(0, 180)), 0, 360, tint, -1, cv2.LINE_AA)
        else:
            end = at + rng.normal(0, size * 2, 2)
            cv2.line(out, at.astype(int).tolist(), end.astype(int).tolist(), tint, int(rng.integers(2, 14)), cv2.LINE_AA)
    return shaded(out, 1 + 0.25 * clouds(rng, width, height, 8, 5))


def concrete(rng, width, height):
    base = rng.uniform(90, 170)
    return tinted(0.5 + 0.5 * clouds(rng, width, height, 4, 8), [base * 0.6] * 3, [base * 1.05, base * 1.1, base * 1.12])


def tarpaulin(rng, width, height):
    angle = rng.uniform(0, np.pi)
    stripes = (wave(width, height, angle, rng.uniform(60, 400)) > 0).astype(np.float32)
    out = tinted(stripes, colour(rng, 30, 220), colour(rng, 60, 250))
    return shaded(out, 1 + 0.3 * clouds(rng, width, height, 4, 4, across=2))


def grass(rng, width, height):
    out = tinted(0.5 + 0.5 * clouds(rng, width, height, 6, 6), [15, 50, 40], [60, 130, 90])
    for _ in range(700):
        at = rng.uniform(0, 1, 2) * (width, height)
        end = at + rng.normal(0, 25, 2)
        cv2.line(out, at.astype(int).tolist(), end.astype(int).tolist(), (rng.uniform(0.5, 1.4) * np.array([40, 120, 85])).tolist(), 2, cv2.LINE_AA)
    return out


def shaded(image, gain):
    return np.clip(image * gain[..., None].astype(np.float32), 0, 255).astype(np.uint8)


MAKERS = {name: globals()[name] for name in NAMES}
