#!/usr/bin/env bash
# Makes target/photos-venv with what the photos are drawn with. Run it as often as you like.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=target/photos-venv
wanted=scripts/photos/requirements.txt

packages=(libzbar0 libvips-tools fonts-ocr-a fonts-ocr-b fonts-liberation fonts-dejavu-core)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  echo "Installing: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! cmp -s "$wanted" "$venv/requirements.txt"; then
  python=python3.11
  for candidate in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.11.*/bin/python; do
    [ -x "$candidate" ] && python=$candidate
  done
  [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
  cp "$wanted" "$venv/requirements.txt"
fi
echo "$venv/bin/python"
