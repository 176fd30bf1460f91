#!/usr/bin/env bash
# Draws the iPhone's icons anew from assets/icons/payung-app.svg. Only needed after the mark has changed: the pictures are kept.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v rsvg-convert >/dev/null || { echo "icons.sh needs rsvg-convert: apt-get install librsvg2-bin" >&2; exit 1; }
draw() { rsvg-convert --width "$1" --height "$1" assets/icons/payung-app.svg --output "ios/icons/$2"; }
draw 120 AppIcon60x60@2x.png
draw 180 AppIcon60x60@3x.png
# For the store's page; Apple refuses a transparent one, and this has none.
draw 1024 AppIcon1024.png
