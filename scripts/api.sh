#!/usr/bin/env bash
# The API's description against the hub itself, by schemathesis: hundreds of made-up calls, right and wrong. No server error, and no
# answer that the description does not have. SEED and EXAMPLES change what is tried.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
venv=$target/api-venv
wanted=scripts/api/requirements.txt

if ! cmp -s "$wanted" "$venv/requirements.txt"; then
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
  cp "$wanted" "$venv/requirements.txt"
fi

exec "$venv/bin/python" scripts/api/check.py --seed "${SEED:-1}" --max-examples "${EXAMPLES:-50}" "$@"
