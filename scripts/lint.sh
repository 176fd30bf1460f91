#!/usr/bin/env bash
# What must hold of the text of this repository.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo fmt --all --check
cargo clippy --locked --workspace --all-targets -- -D warnings
python3 scripts/lint/crates.py
scripts/phones/parse.sh
# Advisories need RustSec's database from the network; CI machines without it say so instead of passing in silence.
if command -v cargo-deny >/dev/null && cargo deny --locked check advisories; then
  echo "advisories: none"
else
  echo "advisories: NOT CHECKED here (needs cargo-deny and the network): cargo install cargo-deny && cargo deny check advisories"
fi
