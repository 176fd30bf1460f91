#!/usr/bin/env bash
# The hub with a demo regency of synthetic people, and the app paired with it.
# In a window where there is a display, else in a browser: run.sh [--browser]
set -euo pipefail
cd "$(dirname "$0")/.."
data=${PAYUNG_DEMO:-target/demo}
hub_address=127.0.0.1:8700
app_address=127.0.0.1:8701
pin=123456
bin=${CARGO_TARGET_DIR:-target}/debug

cargo build --locked --workspace --bins
mkdir -p "$data"
demo=$("$bin/payung-hub" demo --data "$data/hub" --hub-url "http://$hub_address" --json)
# a worker who types a receipt's number is spared the address
export PAYUNG_HUB="http://$hub_address"
read_demo() { sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p' <<<"$demo"; }
link=$(read_demo link)

"$bin/payung-hub" serve --data "$data/hub" --listen "$hub_address" &
hub=$!
trap 'kill $hub 2>/dev/null || true' EXIT
for _ in $(seq 100); do
  (exec 3<>"/dev/tcp/${hub_address/://}") 2>/dev/null && break
  sleep 0.1
done

cat <<EOF

  The office:  http://$hub_address/     sign in as $(read_demo user), password $(read_demo password)
  The app:     PIN $pin
EOF
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ "${1:-}" != --browser ]; then
  "$bin/payung" --data "$data/phone" --pair "$link" --pin "$pin"
else
  echo "               open http://$app_address/ in a browser on this machine"
  echo
  "$bin/payung" --data "$data/phone" --pair "$link" --pin "$pin" --browser "$app_address"
fi
