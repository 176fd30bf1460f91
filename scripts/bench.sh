#!/usr/bin/env bash
# Tables of what was measured on this machine, release build. SEED makes other photos, COUNT more of them.
set -euo pipefail
cd "$(dirname "$0")/.."
seed=${SEED:-2026} count=${COUNT:-100}
python=$(scripts/photos/setup.sh | tail -1)
cargo build --locked --release -p payung-device -p payung-ktp -p payung-domain -p payung-sim -p payung-hub -p payung --bins --examples

# photos of a set, made once for a seed: photos SET COUNT
photos() {
  local folder=target/photos/$1-$seed
  [ -f "$folder/manifest.jsonl" ] && [ "$(wc -l <"$folder/manifest.jsonl")" -ge "$2" ] ||
    "$python" scripts/photos/make.py --set "$1" --seed "$seed" --count "$2" --out "$folder" >/dev/null
}
for set in codes frames print coach; do photos "$set" "$count"; done
photos none $((count * 10))

echo; echo "# Seed $seed, $count photos a set"
echo; echo "## The phone's store"; echo
target/release/examples/bench
echo; echo "## A sync on one bar of signal, through a proxy"; echo
target/release/examples/network link
echo; echo "## Many phones at one hub"; echo
target/release/examples/network hub
echo; echo "## The office's pages at full size"; echo
# a slow page fails the run, after the other tables
pages=0
node scripts/bench/pages.mjs target/release/payung-hub "target/regency-${PEOPLE:-192746}" "${PEOPLE:-192746}" || pages=$?
echo; echo "## From the icon to the card, cold"; echo
node scripts/bench/start.mjs target/release || true
echo; echo "## Regions"; echo
target/release/examples/region bench
echo; echo "## Codes, beside zxing-cpp and zbar"; echo
for set in codes frames; do "$python" scripts/photos/codes.py --set "$set" --seed "$seed" --first "$count"; echo; done
"$python" scripts/photos/codes.py --set none --seed "$seed" --first $((count * 10)) --alone
echo; echo "## The picture, beside libvips"; echo
"$python" scripts/photos/picture.py --photos "target/photos/codes-$seed"
echo; echo "## The card"; echo
"$python" scripts/photos/card.py "target/photos/print-$seed" "target/photos/coach-$seed" "target/photos/none-$seed"
echo; echo "## The NIK from the print"; echo
"$python" scripts/photos/nik.py "target/photos/print-$seed"
echo; echo "## The coach"; echo
"$python" scripts/photos/coach.py "target/photos/coach-$seed" "target/photos/print-$seed"
exit "$pages"
