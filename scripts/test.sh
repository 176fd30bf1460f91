#!/usr/bin/env bash
# Every test. The API's description and the journeys use the same debug build as everything else.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --locked --workspace --bins --examples
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --locked --workspace
else
  cargo test --locked --workspace
fi
scripts/bucket.sh
scripts/card.sh
scripts/api.sh
node --test --test-concurrency=1 tests/journeys/*.test.mjs
