#!/usr/bin/env bash
# Installs what a command needs and this machine lacks: setup.sh run|test|lint|bench|phones
set -euo pipefail
purpose=${1:?run, test, lint, bench or phones}

packages=(pkg-config perl make cmake gcc libwebkit2gtk-4.1-dev libgtk-3-dev libxdo-dev libayatana-appindicator3-dev)
# Debian's own compiler, because its source package lets it build the standard library for any target.
[ "$purpose" = phones ] && packages=(rustc-web cargo-web rust-web-src patch)
[ "$purpose" = test ] && packages+=(chromium python3-venv postgresql poppler-utils)
[ "$purpose" = bench ] && packages+=(chromium xvfb libzbar0 libvips-tools fonts-ocr-a fonts-ocr-b fonts-liberation fonts-dejavu-core)
[ "$purpose" = lint ] && packages+=(libxml2-utils python3-venv)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  if ! command -v apt-get >/dev/null || { [ ${#as_root[@]} -gt 0 ] && ! command -v sudo >/dev/null; }; then
    echo "Please install these packages first (names as in Debian 12): ${missing[*]}" >&2
    exit 1
  fi
  echo "Installing: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
if ! command -v cargo >/dev/null; then
  echo "Please install Rust 1.95 or newer first: https://rustup.rs" >&2
  exit 1
fi
if [ "$purpose" = test ] || [ "$purpose" = bench ]; then
  if ! command -v node >/dev/null; then
    echo "Please install Node.js 20 or newer first; the journeys drive Chromium with it." >&2
    exit 1
  fi
  [ -d tests/journeys/node_modules ] || npm ci --silent --no-fund --no-audit --prefix tests/journeys
fi
