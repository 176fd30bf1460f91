#!/usr/bin/env bash
# Parses what the phones' build tools will read (XML, plist, TOML, Kotlin) and checks what must be so in it. For `make lint`.
# The Kotlin grammar comes from PyPI once, into target/.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=target/phones/venv
if ! "$venv/bin/python" -c 'import tree_sitter, tree_sitter_kotlin, tomllib' 2>/dev/null; then
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "parse.sh needs Python 3.11 or newer" >&2; exit 1; }
  rm -rf "$venv"
  python3 -m venv "$venv" || { echo "parse.sh needs Python's venv: apt-get install python3-venv" >&2; exit 1; }
  "$venv/bin/pip" install --quiet --disable-pip-version-check tree-sitter==0.26.1 tree-sitter-kotlin==1.1.0
fi
for script in scripts/phones/*.sh; do bash -n "$script"; done
exec "$venv/bin/python" scripts/phones/parse.py
