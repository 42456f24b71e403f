#!/usr/bin/env python3
"""How calls through the proxy fare while retention shortens a large request log. Usage: ./dev.sh bench log retention DIRECTORY [SECONDS]
DIRECTORY has a logs.db, such as `./dev.sh bench log bodies 2_000_000 DIRECTORY` makes, and loses some hundred megabytes of it. The same calls are made
without retention and with a limit that the log is over: what differs is retention's. Then the file is searched for what retention has left behind."""

import pathlib
import sqlite3
import sys
import time

import config
import product

ROUNDS = 3


class Size:
    """The bytes of the log on disk, looked at while calls are made."""

    def __init__(self, data: pathlib.Path):
        self._files = [data / "logs.db", data / "logs.db-wal"]
        self.first = self.last = self.most = self.look()

    def look(self) -> int:
        self.last = sum(f.stat().st_size for f in self._files if f.exists())
        self.most = max(getattr(self, "most", 0), self.last)
        return self.last


def measure(data: pathlib.Path, seconds: int, limit: int) -> list[float]:
    """Calls with and without a limit of the log's size; 0 is none."""
    pauses = data / "pauses"
    env = config.start(data, pauses, "-e", f"Gateway__Logs__Retention__MaxBytes={limit}", "-e", "Gateway__Logs__Retention__MaxAgeDays=0")
    try:
        upstream = config.serve_steady()
        admin = config.Admin(env)
        admin.put("/services/bench-steady", {"url": f"http://{upstream}"})
        admin.put("/services/bench-steady/routes/bench-steady", {"paths": ["/bench-steady"]})
        # The first minutes after a start compile.
        warm = config.Calls(env, upstream, pauses)
        time.sleep(min(15, seconds))
        warm.read()
        size = Size(data)
        calls = config.Calls(env, upstream, pauses)
        for _ in range(seconds):
            time.sleep(1)
            size.look()
        times, direct = calls.read()
        print(f"  calls through the gateway   {figures(times)}\n  without the gateway         {figures(direct)}")
        print(f"  log                         {size.first >> 20} MB before, {size.last >> 20} MB after, at most {size.most >> 20} MB" + (f"; limit {limit >> 20} MB" if limit else ""), flush=True)
        return times
    finally:
        product.stop(data)


def at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


def figures(times: list[float]) -> str:
    return f"median {at(times, 0.5):.2f} ms, p99 {at(times, 0.99):.2f} ms, longest {times[-1]:.1f} ms, of {len(times)}"


def left_behind(data: pathlib.Path) -> str:
    """What stands in the log without the request that it belongs to, and sums that are not those of the rows."""
    with sqlite3.connect(f"file:{data / 'logs.db'}?mode=ro", uri=True) as log:
        counts = {
            "details": "SELECT count(*) FROM details WHERE id NOT IN (SELECT id FROM requests)",
            "rows without details": "SELECT count(*) FROM requests WHERE id NOT IN (SELECT id FROM details)",
            "bodies": "SELECT count(*) FROM bodies WHERE id NOT IN (SELECT id FROM requests)",
            "parts of bodies": "SELECT count(*) FROM blocks WHERE keep_until < (SELECT min(id) FROM requests)",
            "sessions": "SELECT count(*) FROM sessions WHERE last_row < (SELECT min(id) FROM requests)",
            "facets of sessions": "SELECT count(*) FROM session_facets WHERE session NOT IN (SELECT id FROM sessions)",
            "entities": "SELECT count(*) FROM entities WHERE last_row < (SELECT min(id) FROM requests)",
            "rows that zones miscount": "SELECT abs((SELECT sum(requests) FROM zones) - (SELECT count(*) FROM requests))",
        }
        found = {name: log.execute(sql).fetchone()[0] for name, sql in counts.items()}
    return ", ".join(f"{count} {name}" for name, count in found.items())


def main() -> None:
    if len(sys.argv) < 2 or not (pathlib.Path(sys.argv[1]) / "logs.db").exists():
        sys.exit(__doc__)
    data = pathlib.Path(sys.argv[1]).resolve()
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    moved = []
    for round_ in range(1, ROUNDS + 1):
        print(f"round {round_}, without retention")
        resting = measure(data, seconds, 0)
        print(f"round {round_}, with retention")
        busy = measure(data, seconds, (data / "logs.db").stat().st_size * 95 // 100)
        moved.append(at(busy, 0.99) - at(resting, 0.99))
        print(f"  p99 moved by {moved[-1]:+.2f} ms", flush=True)
    print(f"p99 moved by {sorted(moved)[len(moved) // 2]:+.2f} ms (median of {ROUNDS}; goal below 1 ms)\nleft behind: {left_behind(data)}")


if __name__ == "__main__":
    main()
