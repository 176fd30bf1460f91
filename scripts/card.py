"""Our cards and our receipt, read by implementations that are not ours: PyPI's claim169, and cwt for the COSE under them."""

import base64
import collections
import datetime
import hashlib
import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import zlib

import base45
import cbor2
import claim169
import cwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

DAY = datetime.timedelta(days=1)
WIB = datetime.timezone(datetime.timedelta(hours=7))
# a version 15 code with error correction M holds so many letters
MOST_LETTERS = 600
CERTIFIED_UNTIL = 1_801_414_800  # 2027-02-01, midnight in West Indonesian Time


def main() -> None:
    hub = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target"), "debug/payung-hub")
    with tempfile.TemporaryDirectory() as data:
        made = subprocess.check_output([hub, "demo", "--regency", "--people", "300", "--json", "--data", data])
        key = bytes.fromhex(json.loads(made)["hub_key"])
        with sqlite3.connect(f"{data}/hub.db") as database:
            cards = database.execute(
                "SELECT body, record.name, from_day, until_day FROM card JOIN record ON record.id = record_id ORDER BY number"
            ).fetchall()
    assert len(cards) > 100, len(cards)
    stands = collections.Counter()
    for text, name, first, last in cards:
        read(text, key, name, first, last)
        stands[by_the_clock(text, key, first, last)] += 1
    assert stands["valid"] > 0 and stands["expired"] > 0, stands
    text = cards[0][0]
    refused = every_flipped_bit(text, key)
    another = Ed25519PrivateKey.from_private_bytes(bytes([7] * 32)).public_key().public_bytes_raw()
    for wrong, other in [(text, another), (retyped(text), key)]:
        assert refusal(wrong, other) is claim169.SignatureError, "a card that is not genuine was believed"
    longest = max(len(text) for text, *_ in cards)
    assert longest <= MOST_LETTERS, longest
    print(f"{len(cards)} cards of a hub, of at most {longest} letters, are read by claim169 and by cwt, by today's date {dict(stands)}; {refused} flipped bits are refused")
    receipt()


def midnight(day: str) -> int:
    """The first second of a day in West Indonesian Time."""
    return int(datetime.datetime.fromisoformat(day).replace(tzinfo=WIB).timestamp())


def read(text: str, key: bytes, name: str, first: str, last: str) -> None:
    """Both implementations read what the hub has written down beside the card."""
    card = claim169.decode(text, verify_with_ed25519=key, validate_timestamps=False)
    assert card.verification_status.lower() == "verified", card.verification_status
    person, about = card.claim169, card.cwt_meta
    shown = name if len(name) <= 48 else name[:47] + "…"
    assert (person.full_name, person.version, person.language) == (shown, "1", "ind"), person
    assert len(person.id) == 11 and person.id.isalnum(), person.id
    assert about.not_before == midnight(first), about
    assert about.expires_at == midnight(last) + int(DAY.total_seconds()), about
    x = base64.urlsafe_b64encode(key).rstrip(b"=").decode()
    public = cwt.COSEKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": x, "kid": key_id(key)})
    assert cwt.COSE.new().decode(tagged(zlib.decompress(base45.b45decode(text))), public), "cwt has read nothing"


def by_the_clock(text: str, key: bytes, first: str, last: str) -> str:
    """What the other implementation says of a card today, which is what its days say."""
    now = datetime.datetime.now(WIB).timestamp()
    stands = "not yet valid" if now < midnight(first) else "expired" if now >= midnight(last) + DAY.total_seconds() else "valid"
    try:
        claim169.decode(text, verify_with_ed25519=key)
    except claim169.Claim169Exception as error:
        assert stands in str(error), (stands, error)
    else:
        assert stands == "valid", stands
    return stands


def refusal(text: str, key: bytes) -> type | None:
    """Why a card is not believed, whatever the day; each kind of damage has an exception of its own."""
    try:
        card = claim169.decode(text, verify_with_ed25519=key, validate_timestamps=False)
    except claim169.Claim169Exception as error:
        return type(error)
    assert card.verification_status.lower() == "verified", card.verification_status
    return None


def every_flipped_bit(text: str, key: bytes) -> int:
    """Turns each bit of what was signed and of the signature; tells how many."""
    signed = zlib.decompress(base45.b45decode(text))
    for at in range(len(signed) * 8):
        flipped = bytearray(signed)
        flipped[at // 8] ^= 1 << at % 8
        assert refusal(packed(bytes(flipped)), key), f"bit {at}"
    return len(signed) * 8


def retyped(text: str) -> str:
    """The same words with another last digit of the KPJ, as somebody would type them into a code of his own."""
    signed = bytearray(zlib.decompress(base45.b45decode(text)))
    at = signed.index(b"99000") + 10
    signed[at] = ord("0") + (signed[at] - ord("0") + 1) % 10
    return packed(bytes(signed))


def packed(signed: bytes) -> str:
    return base45.b45encode(zlib.compress(signed)).decode()


NAME, PROGRAMME, VILLAGE, HUB_URL, CERTIFICATE = 4, 101, 102, 103, 104
ISS, EXP, IAT, CTI, CNF, OURS = 1, 4, 6, 7, 8, -65537


def receipt() -> None:
    """The receipt at the door: the hub's signature over the phone's key, and that key's over the receipt."""
    example = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target"), "debug/examples/slip")
    made = json.loads(subprocess.check_output([example]))
    text, hub_key = made["text"], bytes.fromhex(made["hub_key"])
    signed = zlib.decompress(base45.b45decode(text))
    certificate = cbor2.loads(payload(signed))[OURS][CERTIFICATE]
    assert cbor2.loads(cbor2.loads(certificate)[0])[4] == hub_key, "the certificate names the hub's key"

    about = verified(certificate, hub_key)
    key = about[CNF][1]
    assert (about[ISS], about[EXP], len(about[CTI])) == ("Disnaker Bojonegoro", CERTIFIED_UNTIL, 4), about
    assert (about[OURS][NAME], about[OURS][VILLAGE]) == ("Sri Wahyuni", "Sumberjokidul"), about
    assert (key[1], key[-1]) == (1, 6), "an OKP key on Ed25519"
    said = verified(signed, key[-2])
    assert said[CTI] == b"a worker's key: " and said[IAT] == 1_767_323_045, said
    ours = said[OURS]
    assert (ours[NAME], ours[HUB_URL]) == ("CONTOH AHMAD SUPARMAN", "payung.bojonegorokab.go.id"), ours

    torn = bytearray(signed)
    torn[signed.index(b"SUPARMAN")] ^= 1
    for wrong, other in [(bytes(torn), key[-2]), (signed, hub_key), (certificate, key[-2])]:
        try:
            verified(wrong, other)
        except cwt.VerifyError:
            continue
        raise AssertionError("a receipt that is not genuine was believed")
    print(f"a receipt of {len(text)} letters is read by cwt, its certificate too")


def payload(signed: bytes) -> bytes:
    return cbor2.loads(signed)[2]


def verified(signed: bytes, key: bytes) -> dict:
    """The claims, once cwt has found the signature good."""
    kid = cbor2.loads(cbor2.loads(signed)[0]).get(4)
    jwk = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": base64.urlsafe_b64encode(key).rstrip(b"=").decode()}
    public = cwt.COSEKey.from_jwk(jwk | ({"kid": kid} if kid else {}))
    return cbor2.loads(cwt.COSE.new(verify_kid=False).decode(tagged(signed), public))


def key_id(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:8]


def tagged(signed: bytes) -> bytes:
    """With the tag that says COSE_Sign1, which ID Claim 169 leaves out."""
    return signed if signed[0] == 0xD2 else b"\xd2" + signed


if __name__ == "__main__":
    main()
