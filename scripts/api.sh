#!/usr/bin/env bash
# The API's description against the hub itself, by schemathesis: hundreds of made-up calls, right and wrong. No server error, and no
# answer that the description does not have. SEED and EXAMPLES change what is tried.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(scripts/venv.sh)
exec "$bin/python" scripts/api/check.py --seed "${SEED:-1}" --max-examples "${EXAMPLES:-50}" "$@"
