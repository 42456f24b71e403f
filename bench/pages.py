#!/usr/bin/env python3
"""How long the Admin API takes to answer what the console's pages show of a large request log, warm. Usage: ./dev.sh bench log pages DIRECTORY
DIRECTORY has a logs.db; the product is started on it, and brings a log of an older version up to date."""

import http.client
import json
import pathlib
import sys
import time

import config
import product

GOAL = 100
TIMES = 7


class Client:
    def __init__(self, env: dict[str, str]):
        self._connection = http.client.HTTPConnection(env["DECK_KONG_ADDR"].split("//")[1], timeout=60)
        self._headers = {"Authorization": env["DECK_HEADERS"].split(":", 1)[1].strip()}

    def get(self, path: str) -> dict:
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            sys.exit(f"GET {path}: {answer.status} {text.decode()}")
        return json.loads(text)


def paths(client: Client) -> list[str]:
    newest = client.get("/logs?size=1")["data"][0]
    session = client.get("/sessions?size=1")["data"][0]["id"]
    zone = "time_zone=Europe/Berlin"
    return [
        "/logs?size=50", "/logs?size=50&from=-1d&status=4xx", "/logs?size=50&q=total:%3E10.9s%20model:gpt-5", "/logs?size=50&q=nosuchword", "/logs?size=50&q=path:/nothing", f"/logs/{newest['request']['id']}",
        "/stats?from=-1d", "/stats?from=-90d", f"/stats?from=-90d&group_by=model&top=6&{zone}", f"/stats?from=-90d&group_by=consumer&model=gpt-5&{zone}", "/stats?from=-30d&group_by=consumer,model&top=10", "/stats?from=-90d&step=none&group_by=outcome,status",
        *(f"/stats/values?from=-30d&field={field}" for field in ("model", "consumer", "route", "agent", "status")), "/stats/values?from=-90d&field=consumer&model=gpt-5",
        "/sessions?size=50", "/sessions?size=50&model=gpt-5&from=-7d", "/sessions?size=50&q=nosuchword", f"/sessions/{session}",
    ]


def median(client: Client, path: str) -> float:
    times = []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times[1:])[TIMES // 2]


def main() -> None:
    if len(sys.argv) != 2 or not (pathlib.Path(sys.argv[1]) / "logs.db").exists():
        sys.exit(__doc__)
    data = pathlib.Path(sys.argv[1]).resolve()
    env = config.start(data, data / "pauses", "-e", "Gateway__Logs__Retention__MaxBytes=0", "-e", "Gateway__Logs__Retention__MaxAgeDays=0")
    try:
        client = Client(env)
        slow = 0
        for path in paths(client):
            took = median(client, path)
            slow += took > GOAL
            print(f"{took:8.1f} ms  {path}", flush=True)
        print(f"{slow} above the goal of {GOAL} ms")
    finally:
        product.stop(data)


if __name__ == "__main__":
    main()
