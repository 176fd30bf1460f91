#!/usr/bin/env bash
# Builds an installable Android app: `make apk`. Names everything that is missing in one go.
#   PAYUNG_TARGETS    Rust targets in the one file; all phones by default: 64 bit, and 32 bit for the cheapest
#   PAYUNG_KEYSTORE, PAYUNG_KEYSTORE_PASSWORD, PAYUNG_KEY_ALIAS [, PAYUNG_KEY_PASSWORD]    the key to sign with
set -euo pipefail
cd "$(dirname "$0")/../.."
read -r -a targets <<<"${PAYUNG_TARGETS:-aarch64-linux-android armv7-linux-androideabi}"
missing=()
need() { missing+=("$1"$'\n'"    $2"); }

for tool in python3 patch perl make; do
  command -v "$tool" >/dev/null || need "$tool" "apt-get install $tool (perl and make build OpenSSL for SQLCipher)"
done
if ! command -v cargo >/dev/null; then
  need "cargo and rustup" "https://rustup.rs"
else
  for target in "${targets[@]}"; do
    library=$(rustc --print target-libdir --target "$target" 2>/dev/null || true)
    [ -d "$library" ] || need "the Rust target $target" "rustup target add $target"
  done
fi
dx=$(dx --version 2>/dev/null || true)
[[ $dx == *" 0.7.10"* ]] || need "dx 0.7.10 (found: ${dx:-none})" "cargo install dioxus-cli@0.7.10 --locked"

javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
java_release=$("$javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p' || true)
if [ "${java_release:-0}" -lt 17 ]; then
  need "a JDK, 17 or newer (found: ${java_release:-none})" "apt-get install openjdk-17-jdk-headless, or https://adoptium.net; then set JAVA_HOME"
elif [ -z "${JAVA_HOME:-}" ]; then
  # macOS keeps a stand-in at /usr/bin/javac and tells the place itself.
  JAVA_HOME=$(/usr/libexec/java_home 2>/dev/null || dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
fi

sdk=${ANDROID_HOME:-${ANDROID_SDK_ROOT:-}}
ndk=${ANDROID_NDK_HOME:-${NDK_HOME:-}}
packages="sdkmanager --licenses && sdkmanager 'platform-tools' 'platforms;android-35' 'build-tools;35.0.0' 'ndk;28.2.13676358'"
if [ -z "$sdk" ] || [ ! -d "$sdk" ]; then
  need "the Android SDK (ANDROID_HOME: ${sdk:-not set})" "https://developer.android.com/studio, \"Command line tools only\"; unpack, set ANDROID_HOME, then:
    $packages"
else
  [ -d "$sdk/platforms/android-35" ] || need "the SDK platform 35" "sdkmanager 'platforms;android-35'"
  [ -d "$sdk/licenses" ] || need "the SDK's licences, accepted" "sdkmanager --licenses"
  if [ -z "$ndk" ] && [ -d "$sdk/ndk" ]; then
    newest=$(cd "$sdk/ndk" && printf '%s\n' */ | sort -V | tail -1)
    ndk=$sdk/ndk/${newest%/}
  fi
fi
ndk_release=$(sed -n 's/^Pkg.Revision *= *\([0-9]*\).*/\1/p' "$ndk/source.properties" 2>/dev/null || true)
# Older ones link for 4 kB memory pages only; phones with 16 kB pages, and Google Play, refuse that.
[ "${ndk_release:-0}" -ge 28 ] || need "the Android NDK, r28 or newer (found: ${ndk_release:-none})" "sdkmanager 'ndk;28.2.13676358'; or set ANDROID_NDK_HOME"

if [ -n "${PAYUNG_KEYSTORE:-}" ]; then
  PAYUNG_KEYSTORE=$(readlink -f "$PAYUNG_KEYSTORE" || echo "$PAYUNG_KEYSTORE")
  [ -f "$PAYUNG_KEYSTORE" ] || need "the keystore $PAYUNG_KEYSTORE" "keytool -genkeypair -keystore FILE -alias payung -keyalg RSA -keysize 4096 -validity 10000"
  [ -n "${PAYUNG_KEYSTORE_PASSWORD:-}" ] || need "PAYUNG_KEYSTORE_PASSWORD" "the keystore's password"
  [ -n "${PAYUNG_KEY_ALIAS:-}" ] || need "PAYUNG_KEY_ALIAS" "the key's name in the keystore"
  export PAYUNG_KEYSTORE
fi
if [ ${#missing[@]} -gt 0 ]; then
  echo "make apk needs what is not here:" >&2
  printf '  - %s\n' "${missing[@]}" >&2
  exit 1
fi

# dx prefers other names for the same things: leave it no choice.
export JAVA_HOME ANDROID_HOME=$sdk ANDROID_SDK_ROOT=$sdk ANDROID_SDK=$sdk ANDROID_NDK_HOME=$ndk NDK_HOME=$ndk
export DX_TELEMETRY_ENABLED=false
version_and_code=$(python3 scripts/phones/version.py)
read -r version code <<<"$version_and_code"
tao=$(scripts/phones/tao.sh)
project=${CARGO_TARGET_DIR:-target}/dx/payung/release/android/app
main=$project/app/src/main

# Our manifest names these resources, and dx runs Gradle itself: they must lie there first. dx leaves files that are not its own.
rm -rf "$main/jniLibs"
mkdir -p "$main/res"
find "$main/res" -name 'payung*' -delete
cp -R android/res/. "$main/res"
for target in "${targets[@]}"; do
  dx build --android --release --locked --package payung --no-default-features --features mobile \
    --target "$target" --cargo-args "--config 'paths=[\"$tao\"]'"
done

# dx has assembled a debuggable app with version code 1. Now the real one, from the same project.
python3 scripts/phones/gradle.py "$project" "$version" "$code"
(cd "$project" && ./gradlew --quiet assembleRelease)
mkdir -p target/phones
apk=target/phones/payung-$version.apk
cp "$project/app/build/outputs/apk/release/app-release.apk" "$apk"
[ -n "${PAYUNG_KEYSTORE:-}" ] || echo "Signed with the debug key of this machine: for trying out. Set PAYUNG_KEYSTORE to hand it out."
echo "$PWD/$apk (version $version, code $code, $(du -h "$apk" | cut -f1))"
echo "Install it with: adb install -r $apk"
