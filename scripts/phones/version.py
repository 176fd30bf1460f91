#!/usr/bin/env python3
"""Prints the app's version from Cargo.toml and the whole number that Android orders releases by: 0.1.0 -> "0.1.0 1000"."""
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def app_version() -> tuple[str, int]:
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text())
    version = manifest["workspace"]["package"]["version"]
    parts = re.fullmatch(r"(\d+)\.(\d{1,3})\.(\d{1,3})", version)
    if not parts:
        # Both systems want plain numbers, and a pre-release would share its code with the release.
        raise ValueError(f"Cargo.toml's version {version} is not three plain numbers")
    major, minor, patch = map(int, parts.groups())
    return version, major * 1_000_000 + minor * 1_000 + patch


if __name__ == "__main__":
    try:
        print(*app_version())
    except (KeyError, ValueError) as problem:
        sys.exit(f"version.py: {problem}")
