#!/usr/bin/env bash
# A card and a receipt of ours, read by implementations that are not ours. Needs the debug build of the workspace's examples.
set -euo pipefail
cd "$(dirname "$0")/.."
exec "$(scripts/venv.sh)/python" scripts/card.py
