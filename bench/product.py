"""Starts the product from this tree, as ./quickstart does, and asks it for its counters."""
import os
import pathlib
import re
import shlex
import subprocess
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent


def start(data, *options, ports=(0, 0, 0)):
    """Builds the product where sources are newer, and starts it.

    ports: of proxy, Admin API and console; 0 picks a free one.
    options: more flags of ./quickstart.
    Returns the environment in which `deck` and `gatehouse` find it.
    """
    words = [w for name, port in zip(("proxy", "admin", "console"), ports) for w in (f"--{name}-port", str(port))]
    lines = subprocess.run([ROOT / "quickstart", "--data", data, *words, "--deck-output", *options], check=True, stdout=subprocess.PIPE, text=True).stdout
    values = dict(os.environ)
    for line in lines.splitlines():
        if line.startswith("export ") and not line.startswith("export PATH="):
            name, value = shlex.split(line[7:])[0].split("=", 1)
            values[name] = value
    values["PATH"] = f"{ROOT / 'bin'}:{values['PATH']}"
    return values


def stop(data):
    subprocess.run([ROOT / "quickstart", "--data", data, "--stop"], capture_output=True, check=False)


def apply(env, configuration):
    subprocess.run(["deck", "gateway", "apply", "-"], input=configuration, env=env, stdout=subprocess.DEVNULL, text=True, check=True)


class Counters:
    """What the product says has become of the records of its requests since it was started."""

    def __init__(self, env):
        self._request = urllib.request.Request(env["KONNECT_CONTROL_PLANE_URL"] + "/metrics", headers={"Authorization": f"Bearer {env['KONNECT_TOKEN']}"})

    def read(self):
        with urllib.request.urlopen(self._request, timeout=30) as answer:
            found = re.findall(r"^gatehouse_log_records_(\w+?)(?:_total)? (\d+)", answer.read().decode(), re.M)
        return {name: int(value) for name, value in found}

    def settled(self, seconds=60):
        """The counters once nothing waits any more."""
        end = time.monotonic() + seconds
        while (counts := self.read())["queued"] > 0 and time.monotonic() < end:
            time.sleep(0.2)
        return counts


class LineCount:
    """The lines that file-log has written; emptied from time to time, since a long run writes gigabytes."""

    def __init__(self, path):
        self._path, self.lines = pathlib.Path(path), 0

    def collect(self):
        """Counts what was added and removes it. Only while no requests are made."""
        size = -1
        while self._path.exists() and (now := self._path.stat().st_size) != size:
            size = now
            time.sleep(0.3)
        if not self._path.exists():
            return self.lines
        with open(self._path, "rb") as file:
            while block := file.read(1 << 20):
                self.lines += block.count(b"\n")
        os.truncate(self._path, 0)
        return self.lines
