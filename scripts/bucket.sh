#!/usr/bin/env bash
# The tests that need a server which speaks S3: moto's, for as long as they run.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(scripts/venv.sh)
log=$(mktemp)
"$bin/moto_server" -p 0 >"$log" 2>&1 &
trap 'kill %1; rm -f "$log"' EXIT
for _ in $(seq 100); do
  AWS_ENDPOINT_URL=$(grep -o 'http://127.0.0.1:[0-9]*' "$log" || true)
  [ -n "$AWS_ENDPOINT_URL" ] && break
  sleep 0.1
done
export AWS_ENDPOINT_URL AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1
cargo test --locked --workspace --test hub bucket:: -- --ignored
