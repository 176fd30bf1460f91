#!/usr/bin/env bash
# Ten minutes (SECONDS_EACH) of each fuzz target of crates/ktp, from the pictures that the tests have.
set -euo pipefail
cd "$(dirname "$0")/../crates/ktp"
seeds=(tests/pictures ../../tests/fixtures)
for target in picture pixels payload; do
  mkdir -p "fuzz/corpus/$target"
  [ "$target" = picture ] && find "${seeds[@]}" -type f \( -name '*.jpg' -o -name '*.png' \) -size -60k -exec cp -n {} "fuzz/corpus/$target/" \;
  cargo +nightly fuzz run "$target" -- -max_total_time="${SECONDS_EACH:-600}" -rss_limit_mb=1024 -timeout=20
done
