#!/usr/bin/env python3
"""Puts into dx's generated app/build.gradle.kts what dx 0.7.10 cannot: the version code and a signature for release.

usage: gradle.py FOLDER VERSION VERSION_CODE     (FOLDER holds gradlew; the passwords stay in the environment)
"""
import pathlib
import sys

MARK = "// Payung: "
SIGNING = f"""    {MARK}the keystore comes from the environment, so that no password is written down.
    signingConfigs {{
        System.getenv("PAYUNG_KEYSTORE")?.let {{ keystore ->
            create("payung") {{
                storeFile = file(keystore)
                storePassword = System.getenv("PAYUNG_KEYSTORE_PASSWORD")
                keyAlias = System.getenv("PAYUNG_KEY_ALIAS")
                keyPassword = System.getenv("PAYUNG_KEY_PASSWORD") ?: System.getenv("PAYUNG_KEYSTORE_PASSWORD")
            }}
        }}
    }}
"""
SIGNED = """            // Without a keystore the debug key signs: installable by hand, and still not debuggable.
            signingConfig = signingConfigs.findByName("payung") ?: signingConfigs.getByName("debug")
"""


def finish(text: str, version: str, code: int) -> str:
    if MARK in text:
        return text
    for old, new in [
        ("versionCode = 1\n", f"versionCode = {code}\n"),
        ("    buildTypes {\n", SIGNING + "    buildTypes {\n"),
        ("            isMinifyEnabled = true\n", "            isMinifyEnabled = true\n" + SIGNED),
    ]:
        if text.count(old) != 1:
            raise ValueError(f"{old.strip()!r} stands {text.count(old)} times, not once: has dx changed its template?")
        text = text.replace(old, new)
    if f'versionName = "{version}"' not in text:
        raise ValueError(f"versionName is not {version}")
    return text


if __name__ == "__main__":
    path = pathlib.Path(sys.argv[1], "app", "build.gradle.kts")
    try:
        path.write_text(finish(path.read_text(), sys.argv[2], int(sys.argv[3])))
    except ValueError as problem:
        sys.exit(f"{path}: {problem}")
