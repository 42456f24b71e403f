#!/usr/bin/env python3
"""How the control plane scales: `deck gateway sync` of many services, routes and plugins, the memory they take, and whether a change
is live when its answer arrives. Starts its own instance. Usage: ./dev.sh bench config [COUNT] [CHANGES]"""

import http.client
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def start(data: pathlib.Path) -> dict[str, str]:
    command = [ROOT / "quickstart", "--data", data, "--proxy-port", "0", "--admin-port", "0", "--console-port", "0", "--deck-output"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    values = dict(os.environ)
    for line in lines.splitlines():
        if line.startswith("export ") and not line.startswith("export PATH="):
            name, value = shlex.split(line[7:])[0].split("=", 1)
            values[name] = value
    values["PATH"] = f"{ROOT / 'bin'}:{values['PATH']}"
    return values


def state(count: int) -> str:
    lines = ['_format_version: "3.0"', "services:"]
    for i in range(count):
        lines += [
            f"- name: service-{i}", f"  url: http://10.0.{i // 250}.{i % 250 + 1}:8080/base", "  routes:",
            f"  - name: route-{i}", f'    paths: ["/api/v1/group-{i % 100}/item-{i}"]', "    plugins:",
            "    - name: request-transformer", "      config:", f'        add: {{headers: ["x-item:{i}"]}}',
        ]
    return "\n".join(lines) + "\n"


def sync(file: pathlib.Path, env: dict[str, str]) -> tuple[float, str]:
    began = time.monotonic()
    done = subprocess.run(["gatehouse", "gateway", "sync", file], env=env, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    summary = " ".join(line.strip() for line in done.stdout.splitlines()[-4:])
    return time.monotonic() - began, summary


def memory(pid: int) -> float:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def stale_answers(env: dict[str, str], changes: int) -> tuple[int, float]:
    """Switches a route between two fixed upstream paths; each answer must show the change made just before."""
    admin = http.client.HTTPConnection(env["DECK_KONG_ADDR"].split("//")[1])
    proxy = http.client.HTTPConnection(env["KONNECT_PROXY_URL"].split("//")[1])
    headers = {"Authorization": env["DECK_HEADERS"].split(":", 1)[1], "Content-Type": "application/json"}
    stale = 0
    began = time.monotonic()
    for i in range(changes):
        admin.request("PUT", "/routes/bench-live", json.dumps({"paths": [f"/live-{i}"]}), headers)
        answer = admin.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        proxy.request("GET", f"/live-{i}")
        seen = proxy.getresponse()
        seen.read()
        # No service: 503 says that the route was found, 404 that it was not.
        stale += seen.status != 503
    return stale, (time.monotonic() - began) / changes * 1000


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    changes = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    data = pathlib.Path(tempfile.mkdtemp(prefix="gatehouse-bench-"))
    env = start(data)
    try:
        pid = int((data / "run" / "pid").read_text())
        print(f"empty                      {memory(pid):8.0f} MB")
        file = data / "state.yaml"
        file.write_text(state(count))
        for name in ("first", "second"):
            seconds, summary = sync(file, env)
            print(f"{name + ' sync':26} {seconds:8.1f} s   {summary}   {memory(pid):.0f} MB")
        stale, each = stale_answers(env, changes)
        print(f"stale answers              {stale:8} of {changes}, {each:.1f} ms for a change and a call")
        print(f"after                      {memory(pid):8.0f} MB")
    finally:
        subprocess.run([ROOT / "quickstart", "--data", data, "--stop"], capture_output=True)
        shutil.rmtree(data, ignore_errors=True)


main()
