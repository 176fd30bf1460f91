"""Starts a demo's hub, pairs a phone with it, and lets schemathesis call it as openapi.json describes it."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request


def paired(url: str, code: str) -> str:
    """The token of a phone that is new to the hub."""
    body = {"version": 1, "nonce": "api", "code": code, "device_name": "schemathesis"}
    request = urllib.request.Request(f"{url}/v1/pair", json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["token"]


def main() -> int:
    here = pathlib.Path(__file__).parent.resolve()
    hub = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target"), "debug/payung-hub")
    with tempfile.TemporaryDirectory() as data:
        demo = json.loads(subprocess.check_output([hub, "demo", "--data", data, "--json"]))
        with open(f"{data}/log", "w") as log:
            serving = subprocess.Popen(
                [hub, "serve", "--data", data, "--listen", "127.0.0.1:0", "--behind-proxy"], stdout=subprocess.PIPE, stderr=log, text=True
            )
        try:
            url = serving.stdout.readline().split()[-1]
            command = [pathlib.Path(sys.executable).with_name("st"), "--config-file", here / "schemathesis.toml", "run"]
            # the token goes by the environment: a command line can be read by everyone on the machine
            known = {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(here), "TOKEN": paired(url, demo["code"])}
            return subprocess.call([*command, *sys.argv[1:], f"{url}/v1/openapi.json"], env={**os.environ, **known})
        finally:
            serving.terminate()
            serving.wait()


if __name__ == "__main__":
    sys.exit(main())
