#!/usr/bin/env bash
# Every test. The API's description, the card and the journeys use the same debug build as everything else; --workspace everywhere,
# for with -p other features are chosen and all dependencies compiled once more.
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
# Once more where the hub's rows are in PostgreSQL: the same programs, only the environment differs. Two crowds of thousands take
# five minutes there; they are run by hand: scripts/postgres.sh cargo nextest run --workspace -E 'test(blora_10) or test(second_fund)'
if cargo nextest --version >/dev/null 2>&1; then
  scripts/postgres.sh cargo nextest run --locked --workspace -E 'package(payung-hub) and not test(blora_10) and not test(second_fund)'
  scripts/postgres.sh cargo nextest run --locked --workspace --test kader --test kill --test two_hubs
else
  scripts/postgres.sh cargo test --locked --workspace --test hub -- --skip blora_10 --skip second_fund
  scripts/postgres.sh cargo test --locked --workspace --test kader --test kill --test two_hubs
fi
# The journeys wait more than they work: three at a time. Those of the office once more beside PostgreSQL.
journeys=(node --test --test-force-exit --test-timeout=1800000 --test-concurrency=3)
"${journeys[@]}" tests/journeys/*.test.mjs
scripts/postgres.sh "${journeys[@]}" tests/journeys/{verify,files,card,quota,people}.test.mjs
