#!/usr/bin/env bash
# Prints the folder of a tao that does not crash below Android 11: cargo's own copy with android/tao.patch applied,
# under target/. Builds take it through cargo's `paths`, which leaves Cargo.lock alone (`patch` would not).
set -euo pipefail
cd "$(dirname "$0")/../.."
locked=$(awk '/^name = "tao"$/ { getline; gsub(/"/, "", $3); print $3 }' Cargo.lock)
meant=$(sed -n '1s/^For tao \([0-9.]*\),.*/\1/p' android/tao.patch)
if [ "$locked" != "$meant" ]; then
  echo "tao.sh: android/tao.patch is for tao $meant, Cargo.lock has ${locked:-none}: see docs/adr/0001-dioxus-version.md" >&2
  exit 1
fi
shopt -s nullglob
find_source() {
  for folder in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"tao-$locked"; do echo "$folder"; return; done
}
source=$(find_source)
if [ -z "$source" ]; then
  "${CARGO:-cargo}" fetch --locked --target aarch64-linux-android >&2
  source=$(find_source)
fi
[ -n "$source" ] || { echo "tao.sh: tao $locked is not in cargo's registry folder" >&2; exit 1; }

copy=$PWD/target/tao-patched/tao-$locked
# A new copy has new file times and would be compiled again: keep the one that is right.
if ! cmp -s android/tao.patch "$copy/applied.patch"; then
  rm -rf "$copy"
  mkdir -p "$copy"
  cp -R "$source/." "$copy"
  patch --quiet --strip=1 --fuzz=0 --directory "$copy" <android/tao.patch >&2
  cp android/tao.patch "$copy/applied.patch"
fi
echo "$copy"
