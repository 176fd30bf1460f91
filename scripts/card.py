"""Our card, read by implementations that are not ours: PyPI's claim169, and cwt for the COSE under it."""

import base64
import hashlib
import json
import subprocess
import zlib

import base45
import claim169
import cwt

DAY = 86_400
FROM, AFTER = 1_767_200_400, 1_798_736_400  # 2026-01-01 and 2027-01-01, midnight in West Indonesian Time


def main() -> None:
    command = ["cargo", "run", "--quiet", "--locked", "-p", "payung-domain", "--example", "member_card"]
    card = json.loads(subprocess.check_output(command))
    text, key = card["text"], bytes.fromhex(card["key"])

    read = claim169.decode(text, verify_with_ed25519=key, validate_timestamps=False)
    assert read.verification_status.lower() == "verified", read.verification_status
    person, about = read.claim169, read.cwt_meta
    assert person.full_name == "CONTOH AHMAD SUPARMAN WIRYO KUSUMO ADININGRAT", person.full_name
    assert (person.id, person.version, person.language) == ("99000000001", "1", "ind")
    assert (about.issuer, about.not_before, about.expires_at) == ("Disnaker Bojonegoro", FROM, AFTER), about

    signed = zlib.decompress(base45.b45decode(text))
    x = base64.urlsafe_b64encode(key).rstrip(b"=").decode()
    public = cwt.COSEKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": x, "kid": key_id(key)})
    claims = cwt.COSE.new().decode(tagged(signed), public)
    assert claims, "cwt has read nothing"

    for wrong, other in [(flipped(text), key), (text, bytes(31) + b"\x01")]:
        try:
            claim169.decode(wrong, verify_with_ed25519=other, validate_timestamps=False)
        except Exception:
            continue
        raise AssertionError("a card that is not genuine was believed")
    print(f"a card of {len(text)} letters is read by claim169 and by cwt")


def key_id(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:8]


def tagged(signed: bytes) -> bytes:
    """With the tag that says COSE_Sign1, which ID Claim 169 leaves out."""
    return signed if signed[0] == 0xD2 else b"\xd2" + signed


def flipped(text: str) -> str:
    """The same card with one bit of the name turned."""
    signed = bytearray(zlib.decompress(base45.b45decode(text)))
    signed[signed.index(b"CONTOH")] ^= 1
    return base45.b45encode(zlib.compress(bytes(signed))).decode()


if __name__ == "__main__":
    main()
