#!/usr/bin/env bash
# Makes target/photos-venv with what the photos are drawn and measured with. Run it as often as you like.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=target/photos-venv
wanted=scripts/photos/requirements.txt

scripts/setup.sh bench
if ! cmp -s "$wanted" "$venv/requirements.txt"; then
  python=python3.11
  for candidate in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.11.*/bin/python; do
    [ -x "$candidate" ] && python=$candidate
  done
  [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
  cp "$wanted" "$venv/requirements.txt"
fi
echo "$venv/bin/python"
