"""What each set consists of: chance decides, within the bounds of a difficulty."""

import numpy as np

import cards
import scene
import surfaces
from people import pick

DIFFICULTIES = ["easy", "medium", "hard"]
MAIN = {"qr_code": 0.42, "code_128": 0.27, "code_39": 0.17, "pdf_417": 0.14}
REST = ["data_matrix", "aztec", "ean_13", "itf"]
FAULTS = ["dark", "glare", "blur", "motion", "small", "cut", "upside_down", "mirrored", "copy", "screen", "no_card"]
WIDTH_MM = 85.6


def frame(rng, long_side, landscape=0.5):
    """(width, height) of an upright 4:3 picture, or 16:9 for camera frames of 1280."""
    short = round(long_side * 9 / 16) if long_side == 1280 else round(long_side * 3 / 4)
    return (long_side, short) if rng.random() < landscape else (short, long_side)


def within(rng, bounds):
    return float(rng.uniform(*bounds))


# Codes ----------------------------------------------------------------------------------------------------------------

# Bounds per difficulty. Blur and motion are in modules of the code, so that they ask as much of every size.
CODES = {
    "easy": dict(module_px=(5, 13), tilt=(0, 15), blur=(0.0, 0.25), motion=(0.0, 0.2), noise=(1, 5), light=(0.75, 1.1), shade=(0, 0.3), glare=0.05, wear=(0, 0.2)),
    "medium": dict(module_px=(3.0, 8), tilt=(0, 24), blur=(0.1, 0.42), motion=(0.0, 0.4), noise=(3, 8), light=(0.5, 1.05), shade=(0.1, 0.55), glare=0.15, wear=(0.1, 0.6)),
    "hard": dict(module_px=(2.0, 4.5), tilt=(0, 34), blur=(0.1, 0.45), motion=(0.0, 0.5), noise=(3, 9), light=(0.35, 0.95), shade=(0.2, 0.7), glare=0.3, wear=(0.3, 1.0)),
}
MODULE_MM = {"qr_code": (0.35, 0.9), "code_128": (0.2, 0.42), "code_39": (0.19, 0.36), "pdf_417": (0.2, 0.4),
             "data_matrix": (0.3, 0.8), "aztec": (0.35, 0.8), "ean_13": (0.26, 0.42), "itf": (0.25, 0.45)}
KINDS = {"old_card": 0.24, "bpjs": 0.12, "kis": 0.1, "payung": 0.1, "receipt": 0.14, "a5": 0.1, "a4": 0.1, "list": 0.1}


def codes(rng, long_side=4000, camera=False):
    """A card or a print-out with a code (95 %), sometimes with two."""
    weights = (0.46, 0.36, 0.18)
    difficulty = str(rng.choice(DIFFICULTIES, p=weights))
    bounds = CODES[difficulty]
    width, height = (1280, 720) if camera else frame(rng, long_side)
    amount = 0 if rng.random() < 0.05 else 2 if rng.random() < 0.08 else 1
    formats = [str(rng.choice(list(MAIN), p=list(MAIN.values()))) if rng.random() < 0.85 else pick(rng, REST) for _ in range(amount)]
    kinds = ["old_card", "bpjs", "kis", "payung"] if camera and rng.random() < 0.7 else list(KINDS)
    share = np.array([KINDS[kind] for kind in kinds])
    kind = str(rng.choice(kinds, p=share / share.sum()))
    module_mm = within(rng, MODULE_MM[formats[0]] if formats else (0.3, 0.5)) * (1.25 if camera else 1.0)
    if kind not in ("a4", "a5", "list"):
        module_mm = min(module_mm, 0.6)
    scale = scale_for(rng, bounds, kind, module_mm, width, height, camera)
    wear = within(rng, bounds["wear"])
    # Drawn fine and reduced, so that modules of any size come out as a lens would show them.
    sheet = cards.coded(rng, kind, max(scale * 1.25, 6 / module_mm), formats, module_mm, wear)
    module_px = sheet.module_mm * scale
    shot = shot_for(rng, bounds, width, height, scale, module_px, wear)
    shot.grey = camera
    shot.glare_at = beside_codes(rng, sheet) if rng.random() < 0.75 else None
    shot.bend = within(rng, (0, 0.35)) * wear if kind in ("a4", "a5", "list", "receipt") else 0.0
    shot.rotation = turned(rng)
    aim_at_code(rng, shot, sheet)
    if not camera:
        shot.orientation = int(rng.choice([1, 6, 3, 8, 2, 4, 5, 7], p=[0.3, 0.36, 0.1, 0.12, 0.03, 0.03, 0.03, 0.03]))
        shot.gps = bool(rng.random() < 0.3)
    shot.notes = {"kind": kind, "module_px": round(module_px, 2), "difficulty": difficulty}
    return shot, sheet, []


def turned(rng):
    """Most people hold the phone roughly along the sheet, at any quarter turn; the others (a third) at any angle."""
    if rng.random() < 0.32:
        return within(rng, (0, 360))
    return (float(rng.choice([0, 90, 180, 270])) + float(rng.normal(0, 3.5))) % 360


def beside_codes(rng, sheet):
    """A place on the sheet where a reflection leaves the codes alone, if chance finds one."""
    at = None
    for _ in range(10):
        at = rng.uniform(-0.1, 1.1, 2) * (sheet.width, sheet.height)
        if not any(scene.crosses(np.array([at, at]), box, 0.15 * sheet.width) for box in scene.boxes(sheet)):
            break
    return tuple(at)


def scale_for(rng, bounds, kind, module_mm, width, height, camera):
    """Pixels per mm that give modules of the wanted size, as far as the sheet fits into the frame."""
    wide, tall = cards.SIZES[kind]
    fit = min(width, height) / np.hypot(wide, tall)
    scale = within(rng, bounds["module_px"]) / module_mm
    card = wide < 100 and kind != "receipt"
    longest, shortest = max(wide, tall), min(wide, tall)
    if camera:
        lower, upper = (0.4 if bounds is CODES["hard"] else 0.5) * width / longest, 0.9 * width / longest
        if not card:
            upper = 1.3 * width / shortest
    elif card:
        lower, upper = 0.25 * max(width, height) / longest, 0.92 * max(width, height) / longest
    else:
        lower, upper = 0.5 * fit, 1.3 * max(width, height) / shortest
    return float(np.clip(scale, lower, upper))


def shot_for(rng, bounds, width, height, scale, module_px, wear):
    """Light, lens and sensor within the bounds of a difficulty."""
    light = within(rng, bounds["light"])
    glare = rng.random() < bounds["glare"]
    moving = rng.random() < 0.35
    return scene.Shot(
        width, height, scale,
        tilt=within(rng, bounds["tilt"]), tilt_direction=within(rng, (0, 360)),
        background=pick(rng, surfaces.NAMES),
        creases=int(rng.random() < wear * 0.5) + int(rng.random() < wear * 0.3), dirt=wear * within(rng, (0, 0.8)) * (rng.random() < 0.6),
        scratches=int(wear * rng.integers(0, 12)), fade=wear * within(rng, (0, 0.5)) * (rng.random() < 0.4),
        laminated=bool(rng.random() < 0.25), finger=bool(rng.random() < 0.15),
        light=light, warmth=within(rng, (-0.6, 0.9)), shade=within(rng, bounds["shade"]), bars=bool(rng.random() < wear * 0.08),
        glare=within(rng, (0.5, 1.0)) if glare else 0.0, glare_size=within(rng, (0.04, 0.18)),
        blur=within(rng, bounds["blur"]) * module_px, motion=within(rng, bounds["motion"]) * module_px * 1.6 if moving else 0.0,
        motion_direction=within(rng, (0, 180)), noise=within(rng, bounds["noise"]) * (1.0 if light > 0.6 else 1.25),
        sharpen=within(rng, (0, 0.8)) if rng.random() < 0.5 else 0.0, quality=int(rng.integers(60, 91)),
    )


def aim_at_code(rng, shot, sheet):
    """The sheet's middle near the middle of the frame if it all fits, else the code; all of the code within the frame."""
    shot.aim = tuple(rng.uniform(0.42, 0.58, 2))
    if not sheet.symbols:
        return
    marks = [corner for symbol in sheet.symbols for corner in symbol["corners"]]
    middle = np.mean(marks, axis=0)
    for pull in (0.0, 0.35, 0.7, 1.0):
        shot.target = tuple(np.array([sheet.width, sheet.height]) / 2 * (1 - pull) + middle * pull)
        points = scene.seen(scene.homography(shot, sheet), marks)
        margin = 0.02 * shot.width
        if (points > margin).all() and (points < np.array([shot.width, shot.height]) - margin).all():
            return
    shot.aim = (0.5, 0.5)
    for _ in range(6):
        points = scene.seen(scene.homography(shot, sheet), marks)
        if (points > 0).all() and (points < np.array([shot.width, shot.height])).all():
            return
        shot.scale *= 0.88


# Identity cards -------------------------------------------------------------------------------------------------------

PRINT = {
    "easy": dict(share=(0.6, 0.95), tilt=(0, 10), blur=(0.0, 0.04), noise=(1, 5), light=(0.75, 1.1), shade=(0, 0.3), wear=(0, 0.3), glare=0.1),
    "medium": dict(share=(0.45, 0.9), tilt=(0, 18), blur=(0.01, 0.08), noise=(2, 8), light=(0.5, 1.05), shade=(0.1, 0.5), wear=(0.1, 0.6), glare=0.3),
    "hard": dict(share=(0.35, 0.85), tilt=(5, 25), blur=(0.03, 0.14), noise=(4, 12), light=(0.3, 1.0), shade=(0.2, 0.65), wear=(0.3, 1.0), glare=0.45),
}


def card_shot(rng, difficulty, long_side, landscape=0.65):
    """A photo of an identity card; blur is in heights of a digit of the NIK."""
    bounds = PRINT[difficulty]
    width, height = frame(rng, long_side, landscape)
    share = within(rng, bounds["share"])
    quarter = rng.random() < 0.1
    rotation = within(rng, (-25, 25)) * rng.random()
    across = min(width, 1.25 * height) if not quarter else min(width, height)
    scale = share * across / WIDTH_MM
    sheet = cards.ktp(rng, scale * 1.3)
    wear = within(rng, bounds["wear"])
    shot = shot_for(rng, {**bounds, "motion": (0, 0)}, width, height, scale, 1.0, wear)
    digit = sheet.digit_high * scale
    shot.blur = within(rng, bounds["blur"]) * digit
    shot.motion = within(rng, (0, 2.0)) * bounds["blur"][1] * digit if rng.random() < 0.25 else 0.0
    shot.creases = 0
    shot.rotation = rotation + (float(rng.choice([90, 180, 270])) if quarter else 0.0)
    shot.aim = tuple(0.5 + rng.uniform(-0.5, 0.5, 2) * max(0.02, 0.8 * (1 - share) * 0.5))
    shot.laminated = bool(rng.random() < 0.3)
    if difficulty != "hard" or rng.random() < 0.7:
        x0, y0, x1, y1 = sheet.nik_box
        shot.keep_off = (x0 - 2, y0 - 1, x1 + 2, y1 + 1)
    shot.notes = {"share": round(share, 2), "difficulty": difficulty}
    return shot, sheet


def print_card(rng, long_side=4000):
    difficulty = str(rng.choice(DIFFICULTIES, p=(0.35, 0.4, 0.25)))
    shot, sheet = card_shot(rng, difficulty, long_side)
    if long_side > 1280:
        shot.orientation = int(rng.choice([1, 6, 3, 8], p=[0.5, 0.3, 0.1, 0.1]))
        shot.gps = bool(rng.random() < 0.3)
    return shot, sheet, []


# Coaching -------------------------------------------------------------------------------------------------------------


def coach(rng, long_side=4000):
    """A good photo of a card (a third) or one with exactly one strong fault."""
    fault = None if rng.random() < 0.4 else pick(rng, FAULTS)
    shot, sheet = card_shot(rng, "easy", long_side, 0.8)
    width, height = shot.width, shot.height
    share = within(rng, (0.55, 0.85))
    # At least 15 pixels a digit, so that a good photo is a legible one in a small frame too.
    shot.scale = min(max(share * min(width, 1.25 * height), 15 / sheet.digit_high * WIDTH_MM), 0.9 * width) / WIDTH_MM
    shot.rotation = within(rng, (-12, 12))
    shot.aim = tuple(rng.uniform(0.47, 0.53, 2))
    shot.finger, shot.glare, shot.bars = False, 0.0, False
    shot.light = within(rng, (0.75, 1.05))
    digit = sheet.digit_high * shot.scale
    shot.blur, shot.motion = within(rng, (0, 0.03)) * digit, 0.0
    if fault == "dark":
        shot.light, shot.noise = within(rng, (0.06, 0.2)), within(rng, (4, 10))
    elif fault == "glare":
        shot.glare, shot.glare_size, shot.keep_off = 1.0, within(rng, (0.15, 0.35)), None
        shot.glare_at = (within(rng, (15, 55)), within(rng, (10, 35)))
    elif fault == "blur":
        shot.blur = within(rng, (0.28, 0.8)) * digit
    elif fault == "motion":
        shot.motion = within(rng, (1.0, 3.0)) * digit
    elif fault == "small":
        shot.scale = within(rng, (0.1, 0.26)) * width / WIDTH_MM
        shot.aim = tuple(rng.uniform(0.3, 0.7, 2))
    elif fault == "cut":
        way = pick(rng, [(-1, 0), (1, 0), (0, -1), (0, 1)])
        card = np.array([WIDTH_MM, 53.98]) * shot.scale / (width, height)
        past = card * within(rng, (0.15, 0.5)) - card / 2
        shot.aim = tuple(0.5 + np.array(way) * (0.5 + past))
    elif fault == "upside_down":
        shot.rotation += 180
    shot.notes = {"share": round(shot.scale * WIDTH_MM / width, 2), "difficulty": "easy" if fault is None else "hard"}
    return shot, sheet, [fault] if fault else []
