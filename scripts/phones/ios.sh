#!/usr/bin/env bash
# Builds the iPhone app: `make ios` for the simulator, `make ios DEVICE=1` (or ios.sh device) for a phone.
#   PAYUNG_IOS_IDENTITY   name of the signing identity, as `security find-identity -v -p codesigning` shows it
#   PAYUNG_IOS_PROFILE    a provisioning profile (.mobileprovision) for id.payung.app
set -euo pipefail
cd "$(dirname "$0")/../.."
kind=${1:-simulator}
[ -z "${DEVICE:-}" ] || kind=device
case "$kind-$(uname -m)" in
  device-*) target=aarch64-apple-ios platform=iPhoneOS ;;
  simulator-arm64) target=aarch64-apple-ios-sim platform=iPhoneSimulator ;;
  simulator-*) target=x86_64-apple-ios platform=iPhoneSimulator ;;
  *) echo "usage: ios.sh [simulator|device]" >&2; exit 2 ;;
esac
missing=()
need() { missing+=("$1"$'\n'"    $2"); }

if [ "$(uname -s)" != Darwin ]; then
  need "macOS (this is $(uname -s))" "Apple's linker and SDK run nowhere else; a rented Mac or a macOS runner will do"
  need "Xcode, 15 or newer" "the App Store, or https://developer.apple.com/xcode; then: sudo xcode-select -s /Applications/Xcode.app"
elif ! xcrun --sdk "$(tr '[:upper:]' '[:lower:]' <<<"$platform")" --show-sdk-path >/dev/null 2>&1; then
  need "Xcode with the $platform SDK" "the App Store, or https://developer.apple.com/xcode; then: sudo xcode-select -s /Applications/Xcode.app"
fi
for tool in python3 perl make; do
  command -v "$tool" >/dev/null || need "$tool" "xcode-select --install (perl and make build OpenSSL for SQLCipher)"
done
if ! command -v cargo >/dev/null; then
  need "cargo and rustup" "https://rustup.rs"
else
  library=$(rustc --print target-libdir --target "$target" 2>/dev/null || true)
  [ -d "$library" ] || need "the Rust target $target" "rustup target add $target"
fi
python3 -c 'import tomllib' 2>/dev/null || need "Python 3.11 or newer" "brew install python, or https://www.python.org"
dx=$(dx --version 2>/dev/null || true)
[[ $dx == *" 0.7.10"* ]] || need "dx 0.7.10 (found: ${dx:-none})" "cargo install dioxus-cli@0.7.10 --locked"
if [ "$kind" = device ]; then
  [ -n "${PAYUNG_IOS_IDENTITY:-}" ] || need "PAYUNG_IOS_IDENTITY" "an \"Apple Development\" or \"Apple Distribution\" certificate: https://developer.apple.com/account"
  [ -f "${PAYUNG_IOS_PROFILE:-}" ] || need "PAYUNG_IOS_PROFILE" "a provisioning profile for id.payung.app: https://developer.apple.com/account"
fi
if [ ${#missing[@]} -gt 0 ]; then
  echo "make ios needs what is not here:" >&2
  printf '  - %s\n' "${missing[@]}" >&2
  exit 1
fi

export IPHONEOS_DEPLOYMENT_TARGET=15.0 DX_TELEMETRY_ENABLED=false
version_and_code=$(python3 scripts/phones/version.py)
read -r version code <<<"$version_and_code"
# dx reads Dioxus.toml's ios_info_plist from the current folder: stay in the repository's root.
dx build --ios --release --locked --package payung --no-default-features --features mobile --target "$target"
app=${CARGO_TARGET_DIR:-target}/dx/payung/release/ios/Payung.app

plutil -replace CFBundleShortVersionString -string "$version" "$app/Info.plist"
plutil -replace CFBundleVersion -string "$code" "$app/Info.plist"
plutil -replace CFBundleSupportedPlatforms -json "[\"$platform\"]" "$app/Info.plist"
cp ios/icons/AppIcon60x60@*.png ios/PrivacyInfo.xcprivacy "$app"
mkdir -p target/phones

if [ "$kind" = simulator ]; then
  codesign --force --sign - "$app"
  echo "$PWD/$app (version $version, build $code)"
  echo "Install it with: xcrun simctl install booted $app && xcrun simctl launch booted id.payung.app"
  exit 0
fi
cp "$PAYUNG_IOS_PROFILE" "$app/embedded.mobileprovision"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
security cms -D -i "$PAYUNG_IOS_PROFILE" >"$work/profile.plist"
plutil -extract Entitlements xml1 -o "$work/entitlements.plist" "$work/profile.plist"
codesign --force --sign "$PAYUNG_IOS_IDENTITY" --entitlements "$work/entitlements.plist" "$app"
mkdir "$work/Payload"
cp -R "$app" "$work/Payload"
ipa=$PWD/target/phones/payung-$version.ipa
rm -f "$ipa"
(cd "$work" && zip --quiet --recurse-paths "$ipa" Payload)
echo "$ipa (version $version, build $code)"
echo "Install it with: xcrun devicectl device install app --device NAME $ipa"
