#!/usr/bin/env python3
"""Fills in the scorecard: each promised figure with its goal, what was measured here, and how.

Rows are measured by tests (by class), by other words of ./dev.sh, or not at all, and then the row says why. The tables go to
bench/results/scorecard.md and .json. Exit code 1: a measured row misses its goal.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

import goals

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROJECTS = {
    "core": ("tests/Gateway.Core.Tests", "Gateway.Core.Tests"),
    "console": ("tests/Console.Web.Tests", "Console.Web.Tests"),
    "shared": ("tests/Shared.Tests", "Shared.Tests"),
}


# What was measured is good, and it is less than the goal asks for.
PARTLY = "in part"


class Tests:
    """A row that classes of tests decide. Where they do not measure the figure in its full size, the row is met in part at most."""

    def __init__(self, *classes, what="tests pass", proves=False):
        self.classes, self.what, self.proves = classes, what, proves

    def measure(self, card):
        known = [c for c in self.classes if card.has(c)]
        if not known:
            return None, f"no test class {' or '.join(self.classes)} in this tree"
        passed = failed = 0
        for name in known:
            good, bad = card.results(name)
            passed, failed = passed + good, failed + bad
        missing = [c for c in self.classes if c not in known]
        note = f"; not in this tree: {', '.join(missing)}" if missing else ""
        figure = f"{passed} of {passed + failed} {self.what}"
        good = failed == 0 and passed > 0
        return (figure, good if self.proves or not good else PARTLY), "tests: " + ", ".join(known) + note


class Kill9:
    def measure(self, card):
        rounds = 3 if card.quick else 200
        if card.skips_slow:
            return None, "left out by --no-kill9"
        done = card.run("./dev.sh", "kill9", str(rounds), timeout=60 * 60 * 4)
        passed = re.search(r"Total: 1, Errors: 0, Failed: 0", done) is not None
        card.kill9 = done
        figure = f"{rounds} rounds, {'none' if passed else 'one'} with a damaged database or a lost record"
        return (figure, passed if rounds >= 200 or not passed else PARTLY), f"./dev.sh kill9 {rounds}"


class Window:
    def measure(self, card):
        kills = re.findall(r"kill [0-9]+: .* answered and not yet committed(?:, the oldest ([0-9.]+) ms before the kill)?", getattr(card, "kill9", ""))
        if not kills:
            return None, "./dev.sh kill9 did not run, or printed no kill"
        # A kill that cost nothing has no age.
        worst = max(float(age or 0) for age in kills)
        return (f"{worst:g} ms, the longest of {len(kills)} kills", worst <= 100 if len(kills) >= 100 else PARTLY if worst <= 100 else False), "./dev.sh kill9"


class LogSize:
    def measure(self, card):
        rows = 100_000 if card.quick else 1_000_000
        text = card.run("./dev.sh", "bench", "log", str(rows), timeout=60 * 60)
        found = re.search(r"^write [^\n]*, ([0-9]+) bytes each", text, re.M)
        good, bad = card.results("LogRetentionTests")
        tests = f"retention: {good} of {good + bad} tests pass"
        if not found:
            return (tests, PARTLY if bad == 0 else False), f"tests: LogRetentionTests; ./dev.sh bench log {rows} printed no size of a row"
        size = float(found.group(1))
        return (f"{size:g} bytes; {tests}", size <= 1536 and bad == 0), f"./dev.sh bench log {rows}; tests: LogRetentionTests"


class Desync:
    def measure(self, card):
        figure, how = Tests("SmugglingTests", "FramingFuzzTests").measure(card)
        if figure is None:
            return None, how
        requests = card.count("SmugglingTests", "_WithTwoReadings_", "_WithOneReading_")
        text, good = figure
        return (f"{'0' if good else 'some'} of {requests} requests, 0 of 1000 random ones" if good else text, PARTLY if good and requests >= 300 else False), (
            "tests: SmugglingTests, FramingFuzzTests (WIRE_FUZZ_SECONDS lengthens the random part; 24 CPU hours are for a nightly run)")


class Coverage:
    def measure(self, card):
        with open(os.path.join(ROOT, "docs", "security.md"), encoding="utf-8") as file:
            rows = re.findall(r"^\| (V[0-9][^|]*) \|([^|]*)\|([^|]*)\|$", file.read(), re.M)
        asked = [r for r in rows if r[2].strip() != "–" or "not met" in r[1]]
        tested = [r for r in asked if "`" in r[2] and "not met" not in r[1]]
        partly = sum("in part" in r[1] for r in rows)
        card.run("release/audit.py", timeout=900)
        with open(os.path.join(ROOT, "artifacts", "audit.json"), encoding="utf-8") as file:
            weak = json.load(file)["vulnerable"]
        grave = "dependencies not checked: no source of advisories" if weak is None else f"{weak['high_or_critical']} high or critical in dependencies"
        share = 100 * len(tested) / len(asked)
        good = share >= 95 and weak is not None and weak["high_or_critical"] == 0
        good = PARTLY if good else False
        return (f"{len(tested)} of {len(asked)} sections of level 2 have tests ({share:.0f} %), {partly} of them in part; {grave}", good), (
            "docs/security.md, whose tests DocumentedTestsTests looks up; ./dev.sh audit. By section, not by single requirement")


class Soak:
    def measure(self, card):
        if not card.has_word("soak"):
            return None, "there is no ./dev.sh soak in this tree"
        if card.quick:
            return None, "left out by --quick: ./dev.sh soak takes an hour"
        text = card.run("./dev.sh", "soak", timeout=60 * 60 * 2)
        found = re.search(r"([-0-9.]+) MiB(?:/| per | an )h", text)
        return ((f"{found.group(1)} MiB an hour", float(found.group(1)) <= 1), "./dev.sh soak") if found else (None, "./dev.sh soak printed no slope")


class Speed:
    """A row of the last ./dev.sh bench, which is not run from here: it wants the machine for itself."""

    VERDICTS = {goals.MET: True, goals.FLOOR: PARTLY, goals.MISSED: False, goals.NOT_MEASURED: None}

    def __init__(self, index):
        self.index = index

    def measure(self, card):
        found = card.speed()
        if found is None:
            return None, "./dev.sh bench has left no figures in bench/results"
        row = found["figures"][self.index]
        if row["value"] is None:
            return None, row["why"]
        met = self.VERDICTS[row["verdict"]]
        how = f"./dev.sh bench{' --quick' if found['quick'] else ''} of {found['at'][:10]}, commit {found['commit']}; floor {row['floor']}"
        return (f"{row['value']:.4g}{row['unit']} ({row['measured']})", PARTLY if found["quick"] and met else met), how


ROWS = [
    (1, "Failed calls / altered streams in 1,000 reloads under load", "0 of ≥ 1,000,000 / 0 of ≥ 200", Tests("ReloadTests", "SnapshotSwapTests")),
    (2, "Stale requests after a 2xx configuration write", "0 of 10,000", Tests("ReloadTests", "LiveConfigurationTests")),
    (3, "Streams completed through a SIGTERM drain", "200 of 200", Tests("DrainTests")),
    (4, "kill -9 rounds: databases opened clean / committed records lost", "200 of 200 / 0", Kill9()),
    (5, "Uncommitted window at kill, p99", "≤ 100 ms", Window()),
    (6, "Calls served with a dead store / added p99", "100 % / ≤ 1 ms", Tests("RequestLogFaultTests", "ConfigStoreFaultTests")),
    (7, "Ledger difference (produced − committed − dropped − queued)", "0", Tests("RequestLogQueueTests", "RequestLogFaultTests")),
    (8, "Rows of the fault matrix that pass", "100 %", Tests("UpstreamFaultTableTests", "UpstreamFaultMatrixTests", "UpstreamFaultTests", "ClientFaultTableTests")),
    (9, "Duplicate upstream calls over the whole matrix", "0", Tests("FailoverTableTests", "UpstreamFaultTableTests", "RetryTests")),
    (10, "Client disconnect → upstream closed, p99", "≤ 100 ms", Tests("ClientAbortTests", "ClientFaultTableTests")),
    (11, "Desync differences (corpus / random)", "0 of ≥ 300 / 0 in 24 CPU hours", Desync()),
    (12, "Memory: slope of a soak", "≤ 1 MiB an hour", Soak()),
    (12.5, "Memory: a stalled client", "≤ 512 KiB", Tests("StalledClientTests")),
    (13, "Secret canary hits over all outputs and encodings", "0", Tests("CanaryTests", what="searches without a hit", proves=True)),
    (14, "Hostile content: scripts run / foreign requests", "0 / 0 of ≥ 500", Tests("HostileContentTests", "VisibleTextTests", "ConversationViewTests")),
    (15, "Log store: bytes of a metadata row / overshoot / orphans", "≤ 1.5 KiB / ≤ 10 % / 0", LogSize()),
    (16, "Security list (ASVS 5.0 level 2) with tests / high or critical in dependencies", "≥ 95 % / 0", Coverage()),
    *((101 + i, row.figure[0].upper() + row.figure[1:], f"{'≥' if row.more else '≤'} {row.goal}{row.unit}", Speed(i)) for i, row in enumerate(goals.ROWS)),
]


class Card:
    def __init__(self, arguments):
        self.quick, self.skips_slow, self.configuration = arguments.quick, arguments.no_kill9, arguments.configuration
        self._found, self._results, self._names = {}, {}, {}

    def speed(self):
        """What the last ./dev.sh bench left, judged with what ./dev.sh bench log has left since; None without one."""
        folder = pathlib.Path(ROOT, "bench", "results")
        if not (folder / "speed.json").exists():
            return None
        found = json.loads((folder / "speed.json").read_text())
        return {**found, "figures": goals.figures(found, goals.read_log(folder))}

    def has_word(self, word):
        with open(os.path.join(ROOT, "dev.sh"), encoding="utf-8") as file:
            return re.search(rf"^  {word}\)", file.read(), re.M) is not None

    def has(self, name):
        if not self._found:
            for project, (folder, _) in PROJECTS.items():
                for _, _, files in os.walk(os.path.join(ROOT, folder)):
                    self._found.update({f[:-3]: project for f in files if f.endswith("Tests.cs")})
        return name in self._found

    def results(self, name):
        """Passed and failed tests of a class; it runs once."""
        if name not in self._results:
            if not self.has(name):
                return 0, 0
            folder, assembly = PROJECTS[self._found[name]]
            with tempfile.NamedTemporaryFile(suffix=".xml") as report:
                self.run("dotnet", f"{folder}/bin/{self.configuration}/net10.0/{assembly}.dll", "-noColor", "-noLogo", "-class", f"*.{name}", "-xml", report.name, timeout=1800)
                tests = xml.parse(report.name).getroot().findall(".//test") if os.path.getsize(report.name) else []
            self._names[name] = [t.get("name") for t in tests]
            self._results[name] = (sum(t.get("result") == "Pass" for t in tests), sum(t.get("result") != "Pass" for t in tests) or (0 if tests else 1))
        return self._results[name]

    def count(self, name, *parts):
        self.results(name)
        return sum(any(p in n for p in parts) for n in self._names.get(name, []))

    def run(self, *command, timeout):
        print("  " + " ".join(command), file=sys.stderr)
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout + done.stderr


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} processors, {memory:.0f} GiB, {platform.system()} {platform.release()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes: some minutes in the place of hours")
    parser.add_argument("--no-kill9", action="store_true", help="leave the rounds of kill -9 out")
    parser.add_argument("--configuration", default="Release", help="which build to measure (Release)")
    parser.add_argument("--only", help="numbers of rows, such as 11,13")
    arguments = parser.parse_args()
    wanted = {float(n) for n in arguments.only.split(",")} if arguments.only else None
    card, rows = Card(arguments), []
    for number, figure, goal, how in ROWS:
        if wanted and number not in wanted and int(number) not in wanted:
            continue
        print(f"{number:g} {figure}", file=sys.stderr)
        measured, source = how.measure(card)
        rows.append({
            "number": number, "figure": figure, "goal": goal, "measured": measured[0] if measured else None,
            "met": measured[1] if measured else None, "how": source,
        })

    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    head = {"at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "commit": commit, "machine": machine(), "quick": arguments.quick}
    lines = [
        "# Scorecard", "", f"{head['at']}, commit {commit}, {head['machine']}{', quick' if arguments.quick else ''}.", "",
        "| # | Figure | Goal | Measured | | How |", "|---|---|---|---|---|---|",
    ]
    for row in rows:
        sign = {True: "met", False: "**missed**", None: "not measured", PARTLY: "in part"}[row["met"]]
        lines.append(f"| {row['number']:g} | {row['figure']} | {row['goal']} | {row['measured'] or '–'} | {sign} | {row['how']} |")
    text = "\n".join(lines) + "\n"
    folder = os.path.join(ROOT, "bench", "results")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "scorecard.md"), "w", encoding="utf-8") as file:
        file.write(text)
    with open(os.path.join(folder, "scorecard.json"), "w", encoding="utf-8") as file:
        json.dump({**head, "rows": rows}, file, indent=2, ensure_ascii=False)
    print(text)
    return 1 if any(row["met"] is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
