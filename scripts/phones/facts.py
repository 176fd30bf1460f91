"""What must be so in the phones' files beyond their grammar. Each fact is a function named for it; it asserts."""
import pathlib
import plistlib
import re
import subprocess
import tomllib
import xml.etree.ElementTree as ET

import version

ROOT = pathlib.Path(__file__).resolve().parents[2]
ANDROID = "{http://schemas.android.com/apk/res/android}"
# A change that is not named here recreates the activity, and with it ends the process.
CONFIG_CHANGES = """orientation screenSize screenLayout uiMode smallestScreenSize locale layoutDirection fontScale density
    keyboard keyboardHidden navigation touchscreen mcc mnc colorMode fontWeightAdjustment grammaticalGender""".split()
PERMISSIONS = {
    f"android.permission.{name}"
    for name in "INTERNET ACCESS_NETWORK_STATE CAMERA VIBRATE ACCESS_COARSE_LOCATION ACCESS_FINE_LOCATION".split()
}
FOLDERS = {"root", "file", "database", "sharedpref", "external"}
FOLDERS |= {"device_root", "device_file", "device_database", "device_sharedpref"}


def text(path: str) -> str:
    return (ROOT / path).read_text()


def xml(path: str) -> ET.Element:
    return ET.fromstring(text(path))


def toml(path: str) -> dict:
    return tomllib.loads(text(path))


def plist(path: str) -> dict:
    return plistlib.loads((ROOT / path).read_bytes())


def found(pattern: str, path: str) -> str:
    match = re.search(pattern, text(path), re.MULTILINE)
    assert match, f"{path} has nothing like {pattern}"
    return match.group(1)


def the_manifest_survives_every_change_of_configuration():
    activity = xml("android/AndroidManifest.xml").find("application/activity")
    declared = activity.get(f"{ANDROID}configChanges").split("|")
    lacking = set(CONFIG_CHANGES) - set(declared)
    assert not lacking, f"configChanges lacks {sorted(lacking)}"
    assert activity.get(f"{ANDROID}name") == "dev.dioxus.main.MainActivity"
    assert activity.get(f"{ANDROID}launchMode") == "singleTask"
    assert activity.get(f"{ANDROID}windowSoftInputMode") == "adjustResize"


def the_manifest_asks_for_the_agreed_permissions_only():
    asked = {node.get(f"{ANDROID}name") for node in xml("android/AndroidManifest.xml").iter("uses-permission")}
    assert asked == PERMISSIONS, f"differs in {sorted(asked ^ PERMISSIONS)}"
    demanded = [node.get(f"{ANDROID}name") for node in xml("android/AndroidManifest.xml").iter("uses-feature")
                if node.get(f"{ANDROID}required") != "false"]
    assert not demanded, f"demands {demanded} of every phone"


def the_data_is_not_backed_up():
    application = xml("android/AndroidManifest.xml").find("application")
    assert application.get(f"{ANDROID}allowBackup") == "false", "allowBackup"
    assert application.get(f"{ANDROID}fullBackupContent") == "false", "fullBackupContent"
    rules = xml("android/res/xml/payung_no_backup.xml")
    for way in ["cloud-backup", "device-transfer"]:
        excluded = {node.get("domain") for node in rules.findall(f"{way}/exclude")}
        assert excluded >= FOLDERS, f"{way} lets {sorted(FOLDERS - excluded)} through"
    assert not list(rules.iter("include"))


def no_cleartext_leaves_the_phone():
    assert xml("android/AndroidManifest.xml").find("application").get(f"{ANDROID}usesCleartextTraffic") == "false", "the manifest"
    rules = xml("android/res/xml/payung_network.xml")
    assert rules.find("base-config").get("cleartextTrafficPermitted") == "false", "base-config"
    open_to = [node.text for config in rules.iter("domain-config")
               if config.get("cleartextTrafficPermitted") != "false" for node in config.iter("domain")]
    # Exactly the phone itself: without it Dioxus cannot draw.
    assert open_to == ["127.0.0.1"], f"cleartext is open to {open_to}"
    transport = plist("ios/Info.plist")["NSAppTransportSecurity"]
    assert transport["NSAllowsArbitraryLoads"] is False and "NSExceptionDomains" not in transport, "Info.plist"


def every_named_resource_is_ours():
    files = [ROOT / "android/AndroidManifest.xml", *(ROOT / "android/res").glob("**/*.xml")]
    for kind, name in re.findall(r'"@(\w+)/(payung\w*)"', "".join(file.read_text() for file in files)):
        in_values = f'<{kind} name="{name}"' in text("android/res/values/payung.xml")
        assert in_values or list((ROOT / "android/res").glob(f"{kind}*/{name}.xml")), f"@{kind}/{name} is nowhere"
    strangers = [file.name for file in files[1:] if not file.name.startswith("payung")]
    assert not strangers, f"dx may overwrite {strangers}: names must begin with payung"


def one_identifier_everywhere():
    identifier = toml("Dioxus.toml")["bundle"]["identifier"]
    others = {
        "MainActivity's BuildConfig": found(r"^typealias BuildConfig = ([\w.]+)\.BuildConfig$", "android/MainActivity.kt"),
        "MainActivity's R": found(r"^import ([\w.]+)\.R$", "android/MainActivity.kt"),
        "Info.plist": plist("ios/Info.plist")["CFBundleIdentifier"],
    }
    assert set(others.values()) == {identifier}, f"{identifier} in Dioxus.toml, but {others}"


def the_floors_are_one_number_each():
    settings = toml("Dioxus.toml")
    android = settings["android"]
    assert android["min_sdk"] == settings["application"]["android_min_sdk_version"] == 26, "min_sdk"
    installed = int(found(r"platforms;android-(\d+)", "scripts/phones/apk.sh"))
    assert android["target_sdk"] == android["compile_sdk"] == installed, "target_sdk"
    floors = {settings["ios"]["deployment_target"], plist("ios/Info.plist")["MinimumOSVersion"]}
    floors |= {found(r"IPHONEOS_DEPLOYMENT_TARGET=([\d.]+)", f"scripts/phones/{name}.sh") for name in ("ios", "check")}
    assert len(floors) == 1, f"iOS floors {sorted(floors)}"


def every_version_comes_from_cargo_toml():
    version.app_version()
    info = plist("ios/Info.plist")
    # ios.sh and gradle.py fill them in; a number written here would go stale.
    assert info["CFBundleShortVersionString"] == info["CFBundleVersion"] == "0.0.0", "Info.plist's version is not 0.0.0"
    assert "versionCode" not in text("android/AndroidManifest.xml")
    dioxus = toml("Cargo.toml")["dependencies"]["dioxus"]["version"].lstrip("=")
    for script in ("apk", "ios"):
        dx = found(r"dioxus-cli@([\d.]+)", f"scripts/phones/{script}.sh")
        assert dx == dioxus, f"{script}.sh asks for dx {dx}, Cargo.toml for dioxus {dioxus}"


def the_iphone_tells_why_it_asks():
    info = plist("ios/Info.plist")
    for name in ["Camera", "PhotoLibrary", "LocationWhenInUse"]:
        assert len(info[f"NS{name}UsageDescription"]) > 20
    for name in info["CFBundleIcons"]["CFBundlePrimaryIcon"]["CFBundleIconFiles"]:
        assert (ROOT / f"ios/icons/{name}@2x.png").exists() and (ROOT / f"ios/icons/{name}@3x.png").exists()


def every_icon_is_the_same_drawing():
    def lines(path: str, attribute: str) -> list[str]:
        return [node.get(attribute) for node in xml(path).iter() if node.get(attribute)]

    mark = lines("assets/icons/payung.svg", "d")
    assert mark and lines("assets/icons/payung-mono.svg", "d") == mark and lines("assets/icons/payung-app.svg", "d") == mark
    assert lines("android/res/drawable/payung_mark.xml", f"{ANDROID}pathData") == mark, "payung_mark.xml is another drawing"


def the_patch_fits_the_tao_that_is_locked():
    locked = [package["version"] for package in toml("Cargo.lock")["package"] if package["name"] == "tao"]
    meant = found(r"\AFor tao ([\d.]+),", "android/tao.patch")
    assert locked == [meant], f"tao.patch is for {meant}, Cargo.lock has {locked}"
    patch = str(ROOT / "android/tao.patch")
    for folder in pathlib.Path.home().glob(f".cargo/registry/src/*/tao-{meant}"):
        command = ["patch", "--dry-run", "--strip=1", "--fuzz=0", "--input", patch, "--directory", str(folder)]
        tried = subprocess.run(command, capture_output=True, text=True)
        assert tried.returncode == 0, f"tao.patch does not apply: {tried.stdout}{tried.stderr}"


FACTS = [fact for name, fact in list(globals().items())
         if callable(fact) and getattr(fact, "__module__", "") == __name__ and "_" in name]
COUNT = len(FACTS)


def complaints() -> list[str]:
    lines = []
    for fact in FACTS:
        try:
            fact()
        except (AssertionError, AttributeError, KeyError, FileNotFoundError) as problem:
            lines.append(f"{fact.__name__.replace('_', ' ')}: {problem or type(problem).__name__}")
    return lines
