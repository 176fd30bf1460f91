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
# Once more where the hub's rows are in PostgreSQL: the same programs, only the environment differs. Thousands of decisions in
# one transaction take minutes there (docs/adr/0017-postgresql.md), and no office makes them.
if cargo nextest --version >/dev/null 2>&1; then
  scripts/postgres.sh cargo nextest run --locked -p payung-hub -E 'not test(blora_10_124) and not test(bengkayangs_second)'
  scripts/postgres.sh cargo nextest run --locked -p payung --test kader --test kill --test two_hubs
else
  scripts/postgres.sh cargo test --locked -p payung-hub -- --skip blora_10_124 --skip bengkayangs_second
  scripts/postgres.sh cargo test --locked -p payung --test kader --test kill --test two_hubs
fi
node --test --test-concurrency=1 tests/journeys/*.test.mjs
