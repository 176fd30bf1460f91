"""Whether a person could read the number: what an ideal reader sees when it knows where every digit is."""

import cv2
import numpy as np

import cards
import scene

CELL = (24, 32)  # pixels of a digit's cell when laid flat
MIN_DIGIT_PX = 12
CLEAR = 0.7  # below this likeness of its poorest digit a number that was looked at by eye was a guess


def reading(image, sheet, matrix, shot, faults):
    """`legible`, the height of a digit in pixels, and the corners of the number in the stored picture."""
    if matrix is None:
        return {"legible": False, "digit_px": 0.0, "nik_corners": None}
    x0, y0, x1, y1 = sheet.nik_box
    box = scene.seen(matrix, [(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    high = float(min(np.linalg.norm(box[3] - box[0]), np.linalg.norm(box[2] - box[1])))
    inside = (box > 1).all() and (box < np.array([shot.width, shot.height]) - 1).all()
    right, worst = matched(image, sheet, matrix) if inside else (0, 0.0)
    return {
        "legible": bool(inside and high >= MIN_DIGIT_PX and right == 16 and worst > CLEAR),
        "digit_px": round(high, 1),
        "digits_seen": right,
        "worst_match": round(worst, 2),
        "nik_corners": scene.stored_points(box, shot),
    }


def matched(image, sheet, matrix):
    """How many digits look most like themselves in the card's own face, and the poorest of their likenesses (-1..1)."""
    x0, _, x1, _ = sheet.nik_box
    pitch, high = (x1 - x0) / 16, sheet.digit_high * 1.35
    grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    looks = templates(sheet, pitch, high)
    right, worst = 0, 1.0
    for (x, y), digit in zip(sheet.digits, sheet.nik):
        corners = [(x - pitch / 2, y - high / 2), (x + pitch / 2, y - high / 2), (x + pitch / 2, y + high / 2), (x - pitch / 2, y + high / 2)]
        flat = np.float32([(0, 0), (CELL[0], 0), (CELL[0], CELL[1]), (0, CELL[1])])
        turn = cv2.getPerspectiveTransform(scene.seen(matrix, corners).astype(np.float32), flat)
        # Averaging before the reduction, as an eye does, keeps noise from deciding.
        cell = cv2.warpPerspective(grey, np.diag([4.0, 4.0, 1.0]) @ turn, (CELL[0] * 4, CELL[1] * 4), flags=cv2.INTER_LINEAR)
        cell = cv2.resize(cell, CELL, interpolation=cv2.INTER_AREA).astype(np.float32)
        scores = [float(cv2.matchTemplate(cell, look, cv2.TM_CCOEFF_NORMED).max()) for look in looks]
        right += int(np.argmax(scores)) == int(digit)
        worst = min(worst, scores[int(digit)])
    return right, worst


def templates(sheet, pitch, high):
    """The ten digits in the card's face, dark on white, a little smaller than a cell so that they may shift in it."""
    path, weight = sheet.digit_face
    scale = 20.0
    drawing = cards.font(path, 100)
    _, top, _, bottom = drawing.getbbox("8")
    face = cards.font(path, round(sheet.digit_high * scale * 100 / (bottom - top)))
    looks = []
    for digit in "0123456789":
        layer = cards.Image.new("L", (round(pitch * scale), round(high * scale)), 0)
        middle = (layer.width / 2, (high / 2 + sheet.digit_high / 2) * scale)
        cards.ImageDraw.Draw(layer).text(middle, digit, fill=255, font=face, anchor="ms")
        thick = round(weight * scale)
        dark = np.asarray(layer)
        if thick:
            dark = cv2.dilate(dark, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thick + 1, thick + 1)))
        look = 255 - cv2.resize(dark, CELL, interpolation=cv2.INTER_AREA).astype(np.float32)
        looks.append(look[3:-3, 2:-2].copy())
    return looks
