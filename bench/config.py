#!/usr/bin/env python3
"""How the control plane scales: `deck gateway sync` of many services, routes and plugins, the memory they take, whether a change is
live when its answer arrives, and how long calls wait meanwhile. Starts its own instance. Usage: ./dev.sh bench config [COUNT] [CHANGES];
COUNT services with a route and a plugin each, by default 5000; CHANGES by default 1000, and 10000 for the whole measurement of stale answers."""

import http.client
import json
import multiprocessing
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import product

HERE = pathlib.Path(__file__).resolve().parent
PAUSE_WATCH = HERE / "pauses"


def start(data: pathlib.Path, pauses: pathlib.Path, *options: str) -> dict[str, str]:
    subprocess.run(["dotnet", "build", PAUSE_WATCH, "-c", "Release", "-v", "quiet", "-nologo"], check=True, stdout=sys.stderr)
    pauses.touch()
    return product.start(data, "-e", f"DOTNET_STARTUP_HOOKS={PAUSE_WATCH}/bin/Release/net10.0/PauseWatch.dll", "-e", f"PAUSE_LOG={pauses}", *options)


def state(count: int, upstream: str) -> str:
    lines = ['_format_version: "3.0"', "services:", "- name: bench-steady", f"  url: http://{upstream}", "  routes:", "  - name: bench-steady", '    paths: ["/bench-steady"]']
    for i in range(count):
        lines += [
            f"- name: service-{i}", f"  url: http://10.0.{i // 250}.{i % 250 + 1}:8080/base", "  routes:",
            f"  - name: route-{i}", f'    paths: ["/api/v1/group-{i % 100}/item-{i}"]', "    plugins:",
            "    - name: request-transformer", "      config:", f'        add: {{headers: ["x-item:{i}"]}}',
        ]
    return "\n".join(lines) + "\n"


def sync(file: pathlib.Path, env: dict[str, str]) -> str:
    began = time.monotonic()
    done = subprocess.run(["gatehouse", "gateway", "sync", file], env=env, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    summary = " ".join(line.strip() for line in done.stdout.splitlines()[-4:])
    return f"{time.monotonic() - began:.1f} s, {summary}"


def memory(pid: int) -> str:
    with open(f"/proc/{pid}/status") as status:
        values = {line.split(":")[0]: line.split()[1] for line in status if line.startswith("Vm")}
    return f"{int(values['VmRSS']) / 1024:.0f} MB (most so far {int(values['VmHWM']) / 1024:.0f})"


class Calls:
    """Another process that calls one route every few milliseconds, and its upstream without the gateway in turn: what those calls take is the machine's share."""

    PACE = 0.002

    def __init__(self, env: dict[str, str], upstream: str, pauses: pathlib.Path):
        self._pauses = pauses
        self._began = time.time()
        self._stop = multiprocessing.Event()
        self._result, sender = multiprocessing.Pipe(duplex=False)
        self._process = multiprocessing.Process(target=self._call, args=([env["KONNECT_PROXY_URL"].split("//")[1], upstream], sender))
        self._process.start()

    def _call(self, addresses: list[str], sender) -> None:
        connections = [http.client.HTTPConnection(address) for address in addresses]
        times = [[], []]
        while not self._stop.is_set():
            for connection, taken in zip(connections, times):
                began = time.perf_counter()
                connection.request("GET", "/bench-steady")
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200, answer.status
                taken.append((time.perf_counter() - began) * 1000)
            time.sleep(self.PACE)
        sender.send([sorted(taken) for taken in times])

    def read(self) -> list[list[float]]:
        """Ends the calls. Returns how long each took, ascending, through the gateway and without it."""
        self._stop.set()
        times = self._result.recv()
        self._process.join()
        return times

    def end(self) -> None:
        calls, direct = self.read()
        print(f"  calls          longest {calls[-1]:.1f} ms, p99 {calls[len(calls) * 99 // 100]:.1f} ms, median {calls[len(calls) // 2]:.2f} ms, of {len(calls)}; "
              f"without the gateway longest {direct[-1]:.1f} ms")
        print(f"  all threads    {longest_pause(self._pauses, self._began)}")


def longest_pause(pauses: pathlib.Path, since: float) -> str:
    """For how long the runtime stopped all threads, from what PauseWatch wrote."""
    stops = [(float(pause), what) for at, pause, what, *_ in (line.split("\t") for line in pauses.read_text().splitlines()) if float(at) >= since]
    if not stops:
        return "never stopped"
    pause, what = max(stops)
    return f"stopped {len(stops)} times, longest {pause:.1f} ms ({what}), {sum(p for p, _ in stops):.0f} ms together"


def serve_steady() -> str:
    """An upstream that answers at once; returns its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    multiprocessing.Process(target=answer_all, args=(listener,), daemon=True).start()
    return f"127.0.0.1:{listener.getsockname()[1]}"


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


class Admin:
    """The Admin API over one connection."""

    def __init__(self, env: dict[str, str]):
        self._connection = http.client.HTTPConnection(env["DECK_KONG_ADDR"].split("//")[1])
        self._headers = {"Authorization": env["DECK_HEADERS"].split(":", 1)[1], "Content-Type": "application/json"}

    def put(self, path: str, body: dict) -> None:
        self._connection.request("PUT", path, json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201):
            sys.exit(f"PUT {path}: {answer.status} {text.decode()}")


def change(env: dict[str, str], changes: int) -> str:
    """Moves a route from path to path; each call must show the change made just before."""
    admin = Admin(env)
    proxy = http.client.HTTPConnection(env["KONNECT_PROXY_URL"].split("//")[1])
    stale = 0
    began = time.monotonic()
    for i in range(changes):
        admin.put("/routes/bench-live", {"paths": [f"/live-{i}"]})
        proxy.request("GET", f"/live-{i}")
        seen = proxy.getresponse()
        seen.read()
        # No service: 503 says that the route was found, 404 that it was not.
        stale += seen.status != 503
    return f"{stale} stale answers in {changes}, {(time.monotonic() - began) / changes * 1000:.1f} ms for a change and a call"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    changes = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    data = pathlib.Path(tempfile.mkdtemp(prefix="gatehouse-bench-"))
    pauses = data / "pauses"
    env = start(data, pauses)
    try:
        pid = int((data / "run" / "pid").read_text())
        upstream = serve_steady()
        print(f"empty            {memory(pid)}")
        file = data / "state.yaml"
        file.write_text(state(count, upstream))
        admin = Admin(env)
        admin.put("/services/bench-steady", {"url": f"http://{upstream}"})
        admin.put("/services/bench-steady/routes/bench-steady", {"paths": ["/bench-steady"]})
        steps = {
            "first sync": lambda: sync(file, env),
            "second sync": lambda: sync(file, env),
            "no changes": lambda: time.sleep(5) or "5 s",
            "changes": lambda: change(env, changes),
        }
        for name, step in steps.items():
            calls = Calls(env, upstream, pauses)
            print(f"{name:16} {step()}")
            calls.end()
            print(f"  memory         {memory(pid)}", flush=True)
    finally:
        product.stop(data)
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main()
