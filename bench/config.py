#!/usr/bin/env python3
"""How the control plane scales: `deck gateway sync` of many services, routes and plugins, the memory they take, whether a change is
live when its answer arrives, and how long calls wait meanwhile. Starts its own instance. Usage: ./dev.sh bench config [COUNT] [CHANGES];
COUNT services with a route and a plugin each, by default 5000; CHANGES by default 1000, and 10000 for the whole measurement of stale answers."""

import http.client
import json
import multiprocessing
import os
import pathlib
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
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


class Pause:
    """Another process that calls one route without a break and keeps the longest time an answer took."""

    def __init__(self, env: dict[str, str]):
        self._stop = multiprocessing.Event()
        self._result, sender = multiprocessing.Pipe(duplex=False)
        self._process = multiprocessing.Process(target=self._call, args=(env["KONNECT_PROXY_URL"].split("//")[1], sender))
        self._process.start()

    def _call(self, proxy: str, sender) -> None:
        connection = http.client.HTTPConnection(proxy)
        times = []
        while not self._stop.is_set():
            began = time.perf_counter()
            connection.request("GET", "/bench-steady")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            times.append((time.perf_counter() - began) * 1000)
        sender.send(sorted(times))

    def end(self) -> str:
        self._stop.set()
        times = self._result.recv()
        self._process.join()
        return f"{times[-1]:8.1f} ms longest, {times[len(times) * 99 // 100]:.1f} ms at p99, {times[len(times) // 2]:.2f} ms in the middle, of {len(times)} calls"


def serve_steady(env: dict[str, str]) -> multiprocessing.Process:
    """An upstream that answers at once, behind the route /bench-steady."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = multiprocessing.Process(target=answer_all, args=(listener,), daemon=True)
    server.start()
    admin(env, "PUT", "/services/bench-steady", {"url": f"http://127.0.0.1:{listener.getsockname()[1]}"})
    admin(env, "PUT", "/services/bench-steady/routes/bench-steady", {"paths": ["/bench-steady"]})
    return server


def answer_all(listener: socket.socket) -> None:
    def answer(connection: socket.socket) -> None:
        with connection:
            pending = b""
            while data := connection.recv(65536):
                pending += data
                while b"\r\n\r\n" in pending:
                    pending = pending.split(b"\r\n\r\n", 1)[1]
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


def admin(env: dict[str, str], method: str, path: str, body: dict) -> None:
    connection = http.client.HTTPConnection(env["DECK_KONG_ADDR"].split("//")[1])
    connection.request(method, path, json.dumps(body), admin_headers(env))
    answer = connection.getresponse()
    text = answer.read()
    if answer.status not in (200, 201):
        sys.exit(f"{method} {path}: {answer.status} {text.decode()}")


def admin_headers(env: dict[str, str]) -> dict[str, str]:
    return {"Authorization": env["DECK_HEADERS"].split(":", 1)[1], "Content-Type": "application/json"}


def stale_answers(env: dict[str, str], changes: int) -> tuple[int, float]:
    """Switches a route between two fixed upstream paths; each answer must show the change made just before."""
    admin = http.client.HTTPConnection(env["DECK_KONG_ADDR"].split("//")[1])
    proxy = http.client.HTTPConnection(env["KONNECT_PROXY_URL"].split("//")[1])
    headers = admin_headers(env)
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
        steady = serve_steady(env)
        pause = Pause(env)
        time.sleep(5)
        print(f"calls while nothing changes  {pause.end()}")
        pause = Pause(env)
        stale, each = stale_answers(env, changes)
        print(f"calls during the changes     {pause.end()}")
        steady.terminate()
        print(f"stale answers              {stale:8} of {changes}, {each:.1f} ms for a change and a call")
        print(f"after                      {memory(pid):8.0f} MB")
    finally:
        subprocess.run([ROOT / "quickstart", "--data", data, "--stop"], capture_output=True)
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main()
