#!/usr/bin/env bash
# A card of ours, read by implementations that are not ours.
set -euo pipefail
cd "$(dirname "$0")/.."
exec "$(scripts/venv.sh)/python" scripts/card.py
