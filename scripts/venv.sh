#!/usr/bin/env bash
# What the tests need from PyPI, in target/test-venv; prints its folder of programs. Run it as often as you like.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${CARGO_TARGET_DIR:-target}/test-venv
if ! cmp -s tests/requirements.txt "$venv/requirements.txt"; then
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r tests/requirements.txt
  cp tests/requirements.txt "$venv/requirements.txt"
fi
echo "$venv/bin"
