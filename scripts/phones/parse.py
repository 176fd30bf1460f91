#!/usr/bin/env python3
"""Parses the phones' files and checks their facts; run by parse.sh. Each complaint is one line; no line, all well."""
import pathlib
import plistlib
import sys
import tomllib
import xml.etree.ElementTree as ET

import tree_sitter
import tree_sitter_kotlin

import facts

ROOT = pathlib.Path(__file__).resolve().parents[2]
KOTLIN = tree_sitter.Parser(tree_sitter.Language(tree_sitter_kotlin.language()))


def parse_kotlin(text: bytes) -> None:
    waiting = [KOTLIN.parse(text).root_node]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            raise ValueError(f"not Kotlin at line {node.start_point[0] + 1}, column {node.start_point[1] + 1}")
        if node.has_error:
            waiting += node.children


# How to read a kind of file, where such files are, and how a copy is spoiled that the reader must refuse.
KINDS = [
    (ET.fromstring, ["android/**/*.xml", "assets/icons/*.svg"], lambda text: text.replace(b"</", b"<", 1)),
    (plistlib.loads, ["ios/*.plist", "ios/*.xcprivacy"], lambda text: text.replace(b"</dict>", b"", 1)),
    (lambda text: tomllib.loads(text.decode()), ["Dioxus.toml"], lambda text: text.replace(b"]", b"", 1)),
    (parse_kotlin, ["android/**/*.kt"], lambda text: text.replace(b"}", b"", 1)),
]


def refuses(read, text: bytes) -> bool:
    try:
        read(text)
    except Exception:  # Every parser has its own kind of complaint.
        return True
    return False


def parse_all() -> tuple[int, list[str]]:
    count, complaints = 0, []
    for read, patterns, spoil in KINDS:
        files = [file for pattern in patterns for file in sorted(ROOT.glob(pattern))]
        if not files:
            complaints.append(f"no file matches {' '.join(patterns)}")
        for file in files:
            name, text = file.relative_to(ROOT), file.read_bytes()
            count += 1
            try:
                read(text)
            except Exception as problem:
                complaints.append(f"{name}: {problem}")
                continue
            # A check that cannot fail proves nothing. An icon may have nothing to spoil.
            if spoil(text) != text and not refuses(read, spoil(text)):
                complaints.append(f"{name}: a spoiled copy was taken for good: the check is blind")
    return count, complaints


if __name__ == "__main__":
    count, complaints = parse_all()
    if not complaints:
        complaints = facts.complaints()
    for line in complaints:
        print(f"phones: {line}", file=sys.stderr)
    if complaints:
        sys.exit(1)
    print(f"phones: {count} files parse, and {facts.COUNT} facts hold")
