#!/usr/bin/env python3
"""Checks the crate graph: which way our own crates may point, what only some may use, and every licence."""
import json
import re
import subprocess
import sys

# crate -> the crates of ours that it may use (docs/ARCHITECTURE.md)
DIRECTION = {
    "payung-domain": set(),
    "payung-ktp": {"payung-domain"},
    "payung-device": {"payung-domain"},
    "payung-hub": {"payung-domain"},
    "payung-sim": {"payung-domain", "payung-device", "payung-hub"},
    "payung": {"payung-domain", "payung-ktp", "payung-device"},
}
# library -> the crates of ours that may use it
ONLY = {
    "dioxus": {"payung"},
    "rusqlite": {"payung-device", "payung-hub", "payung-sim"},
    # the hub only switches TLS on in what object_store brings
    "reqwest": {"payung-device", "payung-hub"},
    "rxing": {"payung-ktp"},
    "image": {"payung-ktp"},
}
LICENCES = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-1-Clause", "BSD-2-Clause", "BSD-3-Clause",
    "BSL-1.0", "CC0-1.0", "CDLA-Permissive-2.0", "IJG", "ISC", "MIT", "MIT-0", "MPL-2.0", "NCSA", "OpenSSL", "Unicode-3.0",
    "Unicode-DFS-2016", "Unlicense", "Zlib",
}


def is_allowed(expression):
    """Whether an SPDX expression leaves a way through our list. AND binds tighter than OR; brackets as usual."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))
    at = 0

    def either():
        nonlocal at
        ok = both()
        while at < len(tokens) and tokens[at] == "OR":
            at += 1
            ok = both() or ok
        return ok

    def both():
        nonlocal at
        ok = one()
        while at < len(tokens) and tokens[at] == "AND":
            at += 1
            ok = one() and ok
        return ok

    def one():
        nonlocal at
        if tokens[at] == "(":
            at += 1
            ok = either()
            at += 1
            return ok
        name = tokens[at]
        at += 1
        if at < len(tokens) and tokens[at] == "WITH":
            name = f"{name} WITH {tokens[at + 1]}"
            at += 2
        return name in LICENCES

    return either()


assert is_allowed("MIT OR GPL-3.0-only") and not is_allowed("MIT AND GPL-3.0-only")
assert is_allowed("(MIT OR X) AND Zlib") and is_allowed("MIT/Apache-2.0")

metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--locked", "--format-version=1"]))
faults = []
for package in metadata["packages"]:
    if package["source"] is None:
        name = package["name"]
        if name not in DIRECTION:
            faults.append(f"{name}: say in scripts/lint/crates.py which crates it may use")
            continue
        for dependency in package["dependencies"]:
            used = dependency["name"]
            # tests may look from anywhere; what ships may not
            if dependency["kind"] == "dev":
                continue
            if used in DIRECTION and used not in DIRECTION[name]:
                faults.append(f"{name} must not point at {used}")
            if used in ONLY and name not in ONLY[used]:
                faults.append(f"{name} must not use {used}: only {', '.join(sorted(ONLY[used]))} may")
    licence = package["license"]
    if licence is None and package["license_file"]:
        faults.append(f"{package['name']} {package['version']}: look at its licence file and add an exception here")
    elif licence is None or not is_allowed(licence):
        faults.append(f"{package['name']} {package['version']}: licence {licence}")
print("\n".join(faults) or f"crates: {len(metadata['packages'])} packages, every arrow and licence is allowed")
sys.exit(bool(faults))
