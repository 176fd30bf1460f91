#!/usr/bin/env bash
# Ten minutes (SECONDS_EACH) of each fuzz target of crates/ktp, from small pictures.
set -euo pipefail
cd "$(dirname "$0")/../crates/ktp"
for target in picture pixels payload; do
  mkdir -p "fuzz/corpus/$target"
  if [ "$target" = picture ]; then cp -n fuzz/seeds/* fuzz/corpus/picture/; fi
  cargo +nightly fuzz run "$target" -- -max_total_time="${SECONDS_EACH:-600}" -rss_limit_mb=1024 -timeout=20
done
