"""What is drawn: cards and sheets of paper, in millimetres, flat and clean, with where their codes and numbers are."""

from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

import surfaces
import symbols
from people import Person, digits, payload, pick

FONTS = "/usr/share/fonts"
SANS = [f"{FONTS}/truetype/liberation/LiberationSans-Regular.ttf", f"{FONTS}/truetype/dejavu/DejaVuSans.ttf",
        f"{FONTS}/truetype/liberation/LiberationSansNarrow-Regular.ttf"]
BOLD = [f"{FONTS}/truetype/liberation/LiberationSans-Bold.ttf", f"{FONTS}/truetype/dejavu/DejaVuSans-Bold.ttf"]
MONO = [f"{FONTS}/truetype/liberation/LiberationMono-Bold.ttf", f"{FONTS}/truetype/dejavu/DejaVuSansMono.ttf"]
OCR_A = [f"{FONTS}/truetype/ocr-a/OCRA.ttf", f"{FONTS}/truetype/ocr-a/OCRABold.ttf"]
OCR_B = f"{FONTS}/opentype/ocr-b/OCRB.otf"
MAX_PIXELS = 14_000_000


class Sheet:
    """A flat thing to photograph: `image` (BGR) at `scale` pixels per mm, corners in mm."""

    def __init__(self, width, height, scale, paper=(250, 250, 250)):
        self.scale = float(min(scale, (MAX_PIXELS / (width * height)) ** 0.5))
        self.width, self.height = width, height
        self.pixels = (round(width * self.scale), round(height * self.scale))
        self.picture = Image.new("RGB", self.pixels, tuple(int(c) for c in paper))
        self.pen = ImageDraw.Draw(self.picture)
        self.paper = tuple(int(c) for c in paper)
        self.radius = 0.0
        self.origin = (0.0, 0.0)  # mm of the drawing's upper left
        self.symbols = []
        self.nik = None
        self.nik_box = None
        self.digits = []
        self.text_boxes = []

    @property
    def corners(self):
        return [(0, 0), (self.width, 0), (self.width, self.height), (0, self.height)]

    def text(self, x, y, words, mm, fonts=SANS[0], fill=(30, 30, 30), anchor="ls"):
        """Writes with the capitals `mm` high and the base line at y."""
        self.pen.text((x * self.scale, y * self.scale), words, fill=fill, font=font(fonts, round(mm * self.scale / 0.72)), anchor=anchor)

    def box(self, x, y, width, height, **drawing):
        s = self.scale
        self.pen.rectangle([x * s, y * s, (x + width) * s, (y + height) * s], **drawing)

    def line(self, points, fill, width=0.2):
        self.pen.line([(x * self.scale, y * self.scale) for x, y in points], fill=fill, width=max(1, round(width * self.scale)), joint="curve")

    def paste(self, image, x, y):
        self.picture.paste(image, (round(x * self.scale), round(y * self.scale)))

    def symbol(self, stamp, x, y, ink=(20, 20, 20), paper=None):
        """Prints a `Stamp` with the upper left of its quiet zone at x, y (mm)."""
        left, top = round(x * self.scale), round(y * self.scale)
        dark = stamp.image
        if stamp.turned:
            dark = np.ascontiguousarray(np.rot90(dark))
        tall, wide = dark.shape
        quiet = stamp.quiet
        if paper is not None:
            self.pen.rectangle([left, top, left + wide + 2 * quiet, top + tall + 2 * quiet], fill=paper)
        self.picture.paste(Image.new("RGB", (wide, tall), ink), (left + quiet, top + quiet), Image.fromarray(dark))
        x0, y0 = (left + quiet) / self.scale, (top + quiet) / self.scale
        x1, y1 = x0 + wide / self.scale, y0 + tall / self.scale
        corners = [(x0, y1), (x0, y0), (x1, y0), (x1, y1)] if stamp.turned else [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        self.symbols.append({"format": stamp.code, "text": stamp.text, "nik": stamp.nik, "corners": corners})

    def finished(self):
        """The drawing as BGR."""
        return cv2.cvtColor(np.asarray(self.picture), cv2.COLOR_RGB2BGR)


class Stamp:
    """A code of a size that fits into `room` mm, with modules of about `module_mm`, at the sheet's scale."""

    def __init__(self, rng, sheet_scale, person, code, module_mm, height_mm=None, worn=0.0):
        self.code = code
        self.text, self.nik = payload(rng, person, code)
        grid = symbols.modules(rng, code, self.text)
        self.pixels = max(1, round(module_mm * sheet_scale))
        self.module_mm = self.pixels / sheet_scale
        tall = round((height_mm or rng.uniform(8, 18)) * sheet_scale)
        self.image = printed(rng, symbols.drawn(code, grid, self.pixels, tall), self.pixels, worn)
        self.quiet = round(symbols.QUIET[code] * self.pixels * rng.uniform(0.7, 1.2))
        self.turned = False
        height, width = self.image.shape
        self.width = (width + 2 * self.quiet) / sheet_scale
        self.height = (height + 2 * self.quiet) / sheet_scale


def printed(rng, dark, pixels_per_module, worn):
    """Ink spread, missing thermal lines and specks, in proportion to `worn` (0..1)."""
    if worn <= 0:
        return dark
    spread = int(pixels_per_module * worn * rng.uniform(0, 0.35))
    if spread:
        kernel = np.ones((spread + 1, spread + 1), np.uint8)
        dark = cv2.dilate(dark, kernel) if rng.random() < 0.6 else cv2.erode(dark, kernel)
    if rng.random() < worn * 0.5:
        dark = dark.copy()
        for at in rng.integers(0, dark.shape[0], int(rng.integers(1, 3))):
            dark[at : at + max(1, pixels_per_module // 4)] = 0
    if rng.random() < worn:
        height, width = dark.shape
        blotches = surfaces.clouds(rng, width, height, 12, 3)
        dark = np.where(blotches > rng.uniform(0.5, 0.7), dark // 3, dark)
    return dark


@lru_cache(maxsize=400)
def font(path, size):
    return ImageFont.truetype(path, max(4, size))


# Sheets that carry codes ----------------------------------------------------------------------------------------------


def coded(rng, kind, scale, codes, module_mm, worn):
    """A document of `kind` with a symbol of every format in `codes`, written at about `scale` pixels per mm."""
    person = Person(rng)
    width, height = SIZES[kind]
    if kind == "receipt":
        width, height = float(pick(rng, [58, 80])), float(rng.uniform(90, 170))
    if kind == "list" and rng.random() < 0.5:
        width, height = height, width
    paper = {"bpjs": (222, 240, 226), "kis": (232, 244, 236), "payung": (240, 240, 250)}.get(kind)
    if paper is None:
        shade = int(rng.integers(215, 254))
        paper = (shade, shade, shade - int(rng.integers(0, 14)))
    sheet = Sheet(width, height, scale, paper)
    ink = tuple(int(c) for c in rng.integers(5, 60) + rng.integers(0, 12, 3))
    stamps = [fitting(rng, sheet, person, code, module_mm, worn) for code in codes]
    sheet.module_mm = min([stamp.module_mm for stamp in stamps], default=module_mm)
    WRITERS[kind](rng, sheet, person, ink)
    place(rng, sheet, stamps, ink)
    sheet.nik = person.nik if kind in ("old_card", "bpjs", "kis") else None
    return sheet


def fitting(rng, sheet, person, code, module_mm, worn):
    """A stamp that fits onto the sheet, upright if it can, else turned, else smaller."""
    for _ in range(12):
        stamp = Stamp(rng, sheet.scale, person, code, module_mm, worn=worn)
        if stamp.width < sheet.width * 0.97 and stamp.height < sheet.height * 0.97:
            break
        if stamp.width < sheet.height * 0.97 and stamp.height < sheet.width * 0.97:
            stamp.turned = True
            stamp.width, stamp.height = stamp.height, stamp.width
            break
        module_mm *= 0.87
    return stamp


def place(rng, sheet, stamps, ink):
    """Puts the stamps where they do not cover each other; a white ground hides the text under them."""
    taken = []
    for stamp in stamps:
        free_x, free_y = sheet.width - stamp.width, sheet.height - stamp.height
        for _ in range(40):
            x, y = rng.uniform(0.02, 0.98, 2) * (max(free_x, 0), max(free_y, 0))
            if all(x + stamp.width < a or a + b < x or y + stamp.height < c or c + d < y for a, b, c, d in taken):
                taken.append((x, stamp.width, y, stamp.height))
                sheet.symbol(stamp, x, y, ink, (250, 250, 250) if rng.random() < 0.7 else sheet.paper)
                break


def write_card(rng, sheet, person, ink):
    sheet.radius = 3.0
    sheet.text(sheet.width / 2, 7, pick(rng, ["KARTU PENDUDUK CONTOH", "SURAT KETERANGAN", "KARTU WARGA"]), 2.4, BOLD[0], ink, "ms")
    rows = [f"NIK      : {person.nik}", f"Nama   : {person.name}", f"Alamat : {person.street}", f"Desa    : {person.district}", f"Pekerjaan : {person.job}"]
    for at, row in enumerate(rows):
        sheet.text(5, 14 + at * 5.2, row, 1.9, SANS[0], ink)
    sheet.box(sheet.width - 26, 12, 21, 27, fill=(170, 120, 110), outline=ink)


def write_bpjs(rng, sheet, person, ink):
    sheet.radius = 3.0
    sheet.box(0, 0, sheet.width, 13, fill=(20, 130, 60))
    sheet.text(5, 9, "JAMINAN TENAGA KERJA - CONTOH", 2.6, BOLD[0], (255, 255, 255))
    sheet.text(5, 22, person.kpj, 3.2, MONO[0], ink)
    sheet.text(5, 29, person.name, 2.3, BOLD[0], ink)
    sheet.text(5, 35, f"NIK {person.nik}", 2.0, SANS[0], ink)


def write_kis(rng, sheet, person, ink):
    sheet.radius = 3.0
    sheet.pen.polygon([(0, 0), (sheet.pixels[0], 0), (0, sheet.pixels[1])], fill=(120, 190, 130))
    sheet.text(5, 8, "KARTU SEHAT CONTOH", 2.6, BOLD[0], (255, 255, 255))
    for at, row in enumerate([f"Nomor Kartu  {person.kis}", f"Nama  {person.name}", f"NIK  {person.nik}", f"Tgl Lahir {person.born:%d-%m-%Y}"]):
        sheet.text(5, 18 + at * 5.5, row, 2.0, SANS[0], ink)


def write_payung(rng, sheet, person, ink):
    sheet.radius = 3.0
    sheet.box(0, 0, sheet.width, 10, fill=(70, 60, 150))
    sheet.text(5, 7, "KARTU PAYUNG", 3.0, BOLD[0], (255, 255, 255))
    for at, row in enumerate([person.name, person.district, f"terdaftar {person.born:%d-%m}-2026"]):
        sheet.text(5, 18 + at * 6, row, 2.2, SANS[0], ink)


def write_receipt(rng, sheet, person, ink):
    y = 8.0
    sheet.text(sheet.width / 2, y, "TANDA TERIMA", 3, MONO[0], ink, "ms")
    while y < sheet.height - 6:
        y += 4.2
        sheet.text(3, y, pick(rng, [person.name, f"No {digits(rng, 8)}", f"Rp {digits(rng, 2)}.800", "-" * 40, f"{person.district}", "Terima kasih"]), 1.7, MONO[1], ink)


def write_letter(rng, sheet, person, ink):
    big = sheet.width / 210
    sheet.text(sheet.width / 2, 18 * big, f"PEMERINTAH KABUPATEN {person.regency}", 4 * big, BOLD[0], ink, "ms")
    sheet.text(sheet.width / 2, 26 * big, "SURAT KETERANGAN", 3.4 * big, BOLD[0], ink, "ms")
    sheet.line([(15 * big, 30 * big), (sheet.width - 15 * big, 30 * big)], ink, 0.6)
    face = pick(rng, [SANS[0], SANS[1], MONO[1]])
    y = 42 * big
    rows = [f"Nama : {person.name}", f"NIK : {person.nik}", f"Alamat : {person.street} RT/RW {person.block}", f"Pekerjaan : {person.job}"]
    while y < sheet.height - 20 * big:
        words = rows.pop(0) if rows else "yang bersangkutan adalah benar warga desa kami dan terdaftar pada program jaminan"[: int(rng.integers(20, 80))]
        sheet.text(20 * big, y, words, 2.2 * big, face, ink)
        y += 6.5 * big


def write_list(rng, sheet, person, ink):
    sheet.text(10, 12, f"DAFTAR PEKERJA RENTAN DESA {person.district}", 3.2, BOLD[0], ink)
    columns = [10, 18, 60, 110, 150, sheet.width - 10]
    y = 20.0
    while y < sheet.height - 8:
        other = Person(rng)
        sheet.line([(10, y), (sheet.width - 10, y)], ink, 0.25)
        for x, cell in zip(columns, [digits(rng, 2), other.name, other.nik, other.job[:16]]):
            sheet.text(x + 1, y + 5, cell, 1.8, SANS[0], ink)
        y += 7
    for x in columns:
        sheet.line([(x, 20), (x, y)], ink, 0.25)


SIZES = {"old_card": (90, 60), "bpjs": (85.6, 53.98), "kis": (85.6, 53.98), "payung": (85.6, 53.98), "receipt": (58, 130),
         "a5": (148, 210), "a4": (210, 297), "list": (210, 297)}
WRITERS = {"old_card": write_card, "bpjs": write_bpjs, "kis": write_kis, "payung": write_payung, "receipt": write_receipt,
           "a5": write_letter, "a4": write_letter, "list": write_list}


# The identity card ----------------------------------------------------------------------------------------------------


def ktp(rng, scale, contoh=True):
    """An identity card without a code: the layout of the KTP-el, without its emblem, with CONTOH across."""
    person = Person(rng)
    sheet = Sheet(85.60, 53.98, scale)
    sheet.radius = 3.18
    sheet.nik = person.nik
    ground(rng, sheet)
    ink = tuple(int(c) for c in rng.integers(10, 50) + rng.integers(0, 15, 3))
    sans, bold = pick(rng, SANS[:2]), BOLD[0]
    sheet.text(sheet.width / 2, 5.2 + rng.uniform(-0.4, 0.4), f"PROVINSI {person.province}", 2.3, bold, ink, "ms")
    kind = "KOTA" if rng.random() < 0.15 else "KABUPATEN"
    sheet.text(sheet.width / 2, 8.9 + rng.uniform(-0.4, 0.4), f"{kind} {person.regency}", 2.3, bold, ink, "ms")
    if contoh:
        watermark(rng, sheet)
    nik_line(rng, sheet, ink)
    fields(rng, sheet, person, sans, ink)
    portrait(rng, sheet, person, sans, ink)
    return sheet


def ground(rng, sheet):
    """The pale blue pattern of fine waves."""
    width, height = sheet.pixels
    small = (max(2, width // 3), max(2, height // 3))
    values = 0.6 + 0.2 * surfaces.clouds(rng, *small, 3, 3)
    for _ in range(2):
        values += 0.10 * surfaces.wave(*small, rng.uniform(0, np.pi), small[0] / rng.uniform(25, 70), rng.uniform(0, 6))
    dark = np.array([rng.uniform(205, 235), rng.uniform(180, 210), rng.uniform(140, 185)])
    image = cv2.resize(surfaces.tinted(values, dark, [250, 240, 225]), (width, height), interpolation=cv2.INTER_LINEAR)
    sheet.picture.paste(Image.fromarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)))


def watermark(rng, sheet):
    """CONTOH across the card, pale, so that nobody takes it for a real one."""
    layer = Image.new("L", sheet.pixels, 0)
    middle = (sheet.pixels[0] * rng.uniform(0.38, 0.42), sheet.pixels[1] * rng.uniform(0.56, 0.66))
    ImageDraw.Draw(layer).text(middle, "C O N T O H", fill=int(rng.integers(60, 110)), font=font(BOLD[0], round(9.5 * sheet.scale)), anchor="mm")
    layer = layer.rotate(float(rng.uniform(12, 28)), center=middle)
    sheet.picture.paste(Image.new("RGB", sheet.pixels, (200, 80, 80)), (0, 0), layer)


def nik_line(rng, sheet, ink):
    """`NIK : ` and the sixteen digits, every digit in a cell of its own; the middle of each cell is kept in `digits`."""
    roll = rng.random()
    path = OCR_A[0] if roll < 0.7 else OCR_A[1] if roll < 0.8 else OCR_B if roll < 0.9 else pick(rng, MONO)
    left, right = sheet.width * rng.uniform(0.235, 0.265), sheet.width * rng.uniform(0.69, 0.725)
    middle = sheet.height * rng.uniform(0.205, 0.225)
    high = rng.uniform(2.25, 2.55)
    pitch = (right - left) / 16
    drawing = font(path, 100)
    x0, y0, x1, y1 = drawing.getbbox("8")
    size = round(high * sheet.scale * 100 / (y1 - y0))
    face = font(path, size)
    weight = 0 if path in MONO else rng.uniform(0.0, 0.16)
    layer = Image.new("L", sheet.pixels, 0)
    pen = ImageDraw.Draw(layer)
    for at, digit in enumerate(sheet.nik):
        x = left + (at + 0.5) * pitch
        pen.text((x * sheet.scale, (middle + high / 2) * sheet.scale), digit, fill=255, font=face, anchor="ms")
        sheet.digits.append((x, middle))
    thick = round(weight * sheet.scale)
    if thick > 0:
        layer = Image.fromarray(cv2.dilate(np.asarray(layer), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thick + 1, thick + 1))))
    sheet.picture.paste(Image.new("RGB", sheet.pixels, ink), (0, 0), layer)
    sheet.text(sheet.width * rng.uniform(0.035, 0.05), middle + high / 2, "NIK", high * 0.95, pick(rng, BOLD + SANS[:1]), ink)
    sheet.text(left - 1.6, middle + high / 2, ":", high * 0.9, SANS[0], ink, "ms")
    sheet.nik_box = (left, middle - high / 2, right, middle + high / 2)
    sheet.digit_high, sheet.digit_face = high, (path, weight)


def fields(rng, sheet, person, sans, ink):
    rows = [
        ("Nama", person.name), ("Tempat/Tgl Lahir", f"{person.regency}, {person.born:%d-%m-%Y}"),
        ("Jenis Kelamin", f"{'PEREMPUAN' if person.woman else 'LAKI-LAKI'}      Gol. Darah : {pick(rng, ['A', 'B', 'AB', 'O', '-'])}"),
        ("Alamat", person.street), ("     RT/RW", person.block), ("     Kel/Desa", person.district), ("     Kecamatan", person.district),
        ("Agama", person.faith), ("Status Perkawinan", person.married), ("Pekerjaan", person.job), ("Kewarganegaraan", "WNI"), ("Berlaku Hingga", "SEUMUR HIDUP"),
    ]
    x, colon = sheet.width * 0.042, sheet.width * 0.262
    y, step, high = sheet.height * rng.uniform(0.305, 0.32), sheet.height * rng.uniform(0.052, 0.056), rng.uniform(1.45, 1.7) * (0.86 if sans == SANS[1] else 1.0)
    for at, (name, value) in enumerate(rows):
        sheet.text(x, y + at * step, name, high, sans, ink)
        sheet.text(colon, y + at * step, f": {value}", high, sans, ink)
    sheet.text_boxes.append((x, y - step, sheet.width * 0.68, y + 11 * step))


def portrait(rng, sheet, person, sans, ink):
    """A silhouette, place and date and a scribble below it."""
    s = sheet.scale
    x, y, wide, tall = sheet.width * rng.uniform(0.735, 0.75), sheet.height * rng.uniform(0.2, 0.24), 19.5, 25.5
    back = pick(rng, [(180, 40, 40), (50, 70, 170), (150, 160, 170)])
    sheet.box(x, y, wide, tall, fill=back)
    tone = tuple(int(c) for c in np.array([150, 110, 85]) * rng.uniform(0.7, 1.15))
    clothes = tuple(int(c) for c in rng.integers(20, 220, 3))
    middle = x + wide / 2
    below = [round(v * s) for v in (x - 1, y + tall, x + wide + 1, sheet.height)]
    card = sheet.picture.crop(below)
    sheet.pen.pieslice([(x + 1) * s, (y + 16) * s, (x + wide - 1) * s, (y + tall * 1.6) * s], 180, 360, fill=clothes)
    sheet.picture.paste(card, below[:2])
    sheet.pen.ellipse([(middle - 5) * s, (y + 3) * s, (middle + 5) * s, (y + 18) * s], fill=(30, 25, 25) if not person.woman else clothes)
    sheet.pen.ellipse([(middle - 4) * s, (y + 5.5) * s, (middle + 4) * s, (y + 17) * s], fill=tone)
    sheet.text(middle, y + tall + 3.2, person.regency, 1.5, sans, ink, "ms")
    sheet.text(middle, y + tall + 6.2, f"{int(rng.integers(1, 28)):02d}-{int(rng.integers(1, 12)):02d}-20{int(rng.integers(12, 26))}", 1.5, sans, ink, "ms")
    points = np.cumsum(rng.normal(0, 1.3, (14, 2)) * (1, 0.7), axis=0)
    points = points - points.mean(axis=0) + (middle, y + tall + 9)
    sheet.line([tuple(p) for p in np.clip(points, (x - 2, y + tall + 6.5), (sheet.width - 2, sheet.height - 1.5))], (20, 20, 60), 0.3)
