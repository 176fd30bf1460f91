#!/usr/bin/env bash
# Type-checks the app for both phone systems on Linux, without an NDK or Xcode; Android with the patched tao.
# About four minutes the first time, seconds after that. Links nothing: `make apk` and `make ios` do.
#   check.sh [TARGET…]   aarch64-linux-android and aarch64-apple-ios by default; armv7-linux-androideabi works too
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD/scripts/phones
scripts/setup.sh phones || { echo "check.sh: elsewhere use the real SDKs: make apk, make ios" >&2; exit 1; }

export RUSTC=/usr/bin/rustc CARGO=/usr/bin/cargo RUSTC_BOOTSTRAP=1 PATH=/usr/bin:$PATH IPHONEOS_DEPLOYMENT_TARGET=15.0
# A wrapper or toolchain that rustup or the caller set would bring in the other compiler.
unset RUSTUP_TOOLCHAIN RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER
export SDKROOT=$PWD/target/phones/SDKs/iPhoneOS.sdk
mkdir -p "$SDKROOT"
tao=$("$here/tao.sh")
[ $# -gt 0 ] || set -- aarch64-linux-android aarch64-apple-ios
for target in "$@"; do
  name=${target//-/_}
  export "CC_$name=$here/stand-in-cc" "CXX_$name=$here/stand-in-cc" "AR_$name=$here/stand-in-ar" "RANLIB_$name=$here/stand-in-ar"
  patched=()
  [[ $target != *android* ]] || patched=(--config "paths=[\"$tao\"]")
  echo "check.sh: $target"
  "$CARGO" check --locked "${patched[@]}" -Zbuild-std=std,panic_abort --target "$target" --target-dir target/phones \
    -p payung --no-default-features --features mobile
done
