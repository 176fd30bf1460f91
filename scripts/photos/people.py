"""Invented people: numbers, names and places that can belong to nobody, and what codes on cards say about them."""

from datetime import date, timedelta

DISTRICTS = ["352228", "352201", "352215", "320101", "320117", "320140", "331602", "331609", "331616", "610701", "610711", "610717"]
PLACES = {
    "35": ("JAWA TIMUR", "BOJONEGORO", ["GAYAM", "NGASEM", "KALITIDU", "DANDER"]),
    "32": ("JAWA BARAT", "BOGOR", ["CIBINONG", "CITEUREUP", "JASINGA", "CIAWI"]),
    "33": ("JAWA TENGAH", "BLORA", ["CEPU", "RANDUBLATUNG", "KUNDURAN", "TODANAN"]),
    "61": ("KALIMANTAN BARAT", "BENGKAYANG", ["SANGGAU LEDO", "SELUAS", "TERIAK", "CAPKALA"]),
    "99": ("CONTOH UTARA", "CONTOH JAYA", ["CONTOH", "PERAGA", "UJI COBA"]),
}
MEN = ["SLAMET", "SUPARDI", "BUDI", "KASMIN", "JOKO", "RUSTAM", "YOHANES", "AHMAD", "DEDI", "PARMIN", "UJANG", "MARKUS", "TARNO", "WAWAN"]
WOMEN = ["SITI", "SUMIATI", "KARTINI", "WATI", "LASMI", "NENG", "MARIA", "SULASTRI", "RUKMINI", "ENDANG", "TUTI", "YULIANA", "DARSIH"]
LAST = ["PERAGA", "CONTOH", "UJICOBA", "MISALNYA", "UMPAMA", "KARANGAN", "REKAAN", "ANGAN", "KHAYALI", "SAMPEL"]
JOBS = ["PETANI/PEKEBUN", "BURUH HARIAN LEPAS", "PEDAGANG", "NELAYAN", "MENGURUS RUMAH TANGGA", "SOPIR", "TUKANG BATU", "WIRASWASTA"]
FAITHS = ["ISLAM", "KRISTEN", "KATHOLIK", "HINDU", "BUDDHA"]
STATES = ["KAWIN", "BELUM KAWIN", "CERAI HIDUP", "CERAI MATI"]
STREETS = ["DSN KRAJAN", "JL MELATI NO 12", "KP CIBEBER", "DUSUN SUKAMAJU", "JL RAYA DESA", "KP PASIR", "DSN NGLAWAK"]
KPJ_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class Person:
    """Somebody who does not exist: the serial is 9999 or the province 99."""

    def __init__(self, rng):
        self.woman = bool(rng.random() < 0.5)
        self.born = date(1945, 1, 1) + timedelta(days=int(rng.integers(0, 63 * 365)))
        if rng.random() < 0.5:
            region, serial = pick(rng, DISTRICTS), "9999"
        else:
            region, serial = "99" + digits(rng, 4), f"{int(rng.integers(1, 10000)):04d}"
        day = self.born.day + (40 if self.woman else 0)
        self.nik = f"{region}{day:02d}{self.born.month:02d}{self.born.year % 100:02d}{serial}"
        self.province, self.regency, districts = PLACES[region[:2]]
        self.district = pick(rng, districts)
        self.name = f"{pick(rng, WOMEN if self.woman else MEN)} {pick(rng, LAST)}"
        self.street = pick(rng, STREETS)
        self.job = pick(rng, JOBS)
        self.faith = pick(rng, FAITHS)
        self.married = pick(rng, STATES)
        self.block = f"{int(rng.integers(1, 20)):03d}/{int(rng.integers(1, 9)):03d}"
        self.kpj = "".join(pick(rng, KPJ_LETTERS) for _ in range(11)) if rng.random() < 0.5 else digits(rng, 11)
        self.kis = "000" + digits(rng, 10)


def pick(rng, items):
    return items[int(rng.integers(0, len(items)))]


def digits(rng, count):
    return "".join(str(d) for d in rng.integers(0, 10, count))


def payload(rng, person, code):
    """What a code on a card says: (text, the NIK in it or None)."""
    nik = person.nik
    if code == "ean_13":
        first = "899" + digits(rng, 9)
        return first + str(-sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(first)) % 10), None
    if code == "itf":
        return (nik, nik) if rng.random() < 0.6 else (digits(rng, 14), None)
    if code in ("code_128", "code_39"):
        separator = "-" if code == "code_39" else "/"
        options = [(0.5, nik, nik), (0.14, person.kpj, None), (0.12, person.kis, None),
                   (0.12, f"NIK{separator}{nik}", nik), (0.12, f"SKT{separator}{digits(rng, 4)}{separator}{digits(rng, 3)}", None)]
    else:
        born = person.born.strftime("%d-%m-%Y")
        options = [
            (0.22, nik, nik),
            (0.14, f"NIK: {nik}\nNama: {person.name}\nTgl Lahir: {born}", nik),
            (0.10, f"{nik}#{person.name}#{born}#{person.regency}", nik),
            (0.08, f"{person.name};{nik};{person.job};{person.district}", nik),
            (0.10, person.kpj, None),
            (0.08, person.kis, None),
            (0.12, f"payung:kartu/{int(rng.integers(1, 9))}/{hexes(rng, 20)}", None),
            (0.06, f"payung://pair?hub=https%3A%2F%2Fhub.example&code={hexes(rng, 8)}&key={hexes(rng, 32)}", None),
            (0.10, f"https://contoh.example/cek?no={digits(rng, 12)}", None),
        ]
    roll = rng.random() * sum(weight for weight, _, _ in options)
    for weight, text, inside in options:
        roll -= weight
        if roll <= 0:
            return text, inside
    return options[0][1], options[0][2]


def hexes(rng, count):
    return "".join("0123456789abcdef"[d] for d in rng.integers(0, 16, count))
