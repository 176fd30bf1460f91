#!/usr/bin/env bash
# Tables of what was measured on this machine, release build. Pictures are made anew from a fixed seed.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --locked --release -p payung-device -p payung-ktp -p payung-domain --examples
echo; echo "## The phone's store"; echo
target/release/examples/bench
echo; echo "## Regions"; echo
target/release/examples/region bench
