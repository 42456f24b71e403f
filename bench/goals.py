"""The promised figures of speed: floor, goal, and what a run of speed.py says of each."""
import json

# What the verdicts are called, best first.
MET, FLOOR, MISSED, NOT_MEASURED = "goal met", "above the floor", "**below the floor**", "not measured"

BEGIN, END = "<!-- figures: ./dev.sh bench --docs -->", "<!-- end of figures -->"


class Row:
    """A promised figure.

    measure: gets what Runs knows, and gives (text, value), or a text that says why there is no value.
    more: whether more is better.
    """

    def __init__(self, figure, floor, goal, measure, more=False, unit=""):
        self.figure, self.floor, self.goal, self.more, self.unit, self._measure = figure, floor, goal, more, unit, measure

    def judge(self, runs):
        try:
            text, value = self._measure(runs)
        except LookupError as missing:
            return self._say("–", None, NOT_MEASURED, str(missing.args[0]))
        reaches = (lambda bound: value >= bound) if self.more else (lambda bound: value <= bound)
        return self._say(text, value, MET if reaches(self.goal) else FLOOR if reaches(self.floor) else MISSED, "")

    def _say(self, text, value, verdict, why):
        sign = "≥" if self.more else "≤"
        return {
            "figure": self.figure, "measured": text, "value": None if value is None else round(value, 3), "unit": self.unit,
            "floor": f"{sign} {self.floor}{self.unit}", "goal": f"{sign} {self.goal}{self.unit}", "verdict": verdict, "why": why,
        }


class Runs:
    """Finds rows of a run, and figures of the request log. A LookupError says what is missing."""

    def __init__(self, found, log):
        self.results, self.records, self.log = found["results"], found["records"], log

    def row(self, name, target, **match):
        for row in self.results.get(name, []):
            if row["target"] == target and all(row[k] == v for k, v in match.items()):
                return row
        raise LookupError("needs --peers" if target in ("portkey", "ccr") else f"no row of {target} in '{name}'")

    def of_log(self, name):
        if name not in self.log:
            raise LookupError("measured by ./dev.sh bench log")
        return self.log[name]


def against_yarp(name, key, text, column, **match):
    """The median over rounds of the ratios to bare YARP in the same round."""
    def measure(runs):
        mine, yarp = runs.row(name, "gatehouse", **match), runs.row(name, "yarp", **match)
        return text.format(mine[column], yarp[column]), mine[key]
    return measure


def over_product(peer, name, product, **match):
    """How many times the CPU of the product a peer takes for the same."""
    def measure(runs):
        mine, other = runs.row(name, product, **match), runs.row(name, peer, **match)
        return f"{other['cpu_us/req']} µs / {mine['cpu_us/req']} µs", other["x cpu"] / max(0.01, mine["x cpu"])
    return measure


def quotient(name, column, above, below, unit, **match):
    def measure(runs):
        first, second = (runs.row(name, target, **match)[column] for target in (above, below))
        if second <= 0:
            raise LookupError(f"noise: {below} added {second} {unit}")
        return f"{first} {unit} / {second} {unit}", first / second
    return measure


def memory_per_stream(runs):
    mine, yarp = (runs.row("memory", target) for target in ("gatehouse", "yarp"))
    return f"{mine['anon_KB/stream']} KB / {yarp['anon_KB/stream']} KB, {mine['streams']} streams", mine["anon_KB/stream"] / max(0.1, yarp["anon_KB/stream"])


def memory_under_load(runs):
    mine, yarp = (runs.row("load", target, conc=64) for target in ("gatehouse", "yarp"))
    return f"{mine['loadMB']:.0f} MB / {yarp['loadMB']:.0f} MB", mine["loadMB"] / yarp["loadMB"]


def cold_start(runs):
    mine, yarp = (runs.row("coldstart", target) for target in ("gatehouse", "yarp"))
    return f"{mine['start_ms']} ms / {yarp['start_ms']} ms", mine["x start"]


def lost(runs):
    records = runs.records
    return f"{records['lost']} of {records['written'] + records['lost']}", records["lost"]


def writer(runs):
    found = runs.of_log("writer")
    return f"{found['product']:.0f}/s / {found['ef_core']:.0f}/s", found["product"] / found["ef_core"]


def log_query(kind, has=""):
    """The slowest query of a kind, by the best of its runs."""
    def measure(runs):
        if (rows := runs.of_log("rows")) < 10_000_000:
            raise LookupError(f"the log that was read has {rows:,} rows; ./dev.sh bench log 10_000_000 DIRECTORY")
        found = {name: ms for name, ms in runs.of_log(kind).items() if has in name}
        name = max(found, key=found.get)
        return f"{found[name]:.1f} ms ({name}), {rows:,} rows", found[name]
    return measure


AT_16 = {"kind": "json", "conc": 16}
CPU = "{} µs / {} µs"

ROWS = [
    Row("CPU per request, 1 KB JSON, vs bare YARP", 1.6, 1.15, against_yarp("json", "x cpu", CPU, "cpu_us/req", bytes=1024, **AT_16)),
    Row("CPU per request, 32 KB JSON, vs bare YARP", 2.2, 1.4, against_yarp("json", "x cpu", CPU, "cpu_us/req", bytes=32768, **AT_16)),
    Row("CPU per request, 256 KB JSON, vs bare YARP", 3, 1.5, against_yarp("json", "x cpu", CPU, "cpu_us/req", bytes=262144, **AT_16)),
    Row("CPU per request, whole SSE body, vs bare YARP", 1.8, 1.25, against_yarp("sse", "x cpu", CPU, "cpu_us/req", conc=16)),
    Row("requests per second, 1 KB, vs bare YARP", 0.6, 0.9, against_yarp("json", "x req/s", "{} / {}", "req/s", bytes=1024, **AT_16), more=True),
    Row("p99, 1 KB, vs bare YARP", 2, 1.25, against_yarp("json", "x p99", "{} ms / {} ms", "p99ms", bytes=1024, **AT_16)),
    Row("CPU per request, 1 KB, Portkey over product", 12, 20, over_product("portkey", "json", "gatehouse", bytes=1024, **AT_16), more=True),
    Row("Anthropic to OpenAI: CPU, 1 KB, Claude Code Router over product", 8, 16, over_product("ccr", "translate", "gatehouse-translate", bytes=1024, **AT_16), more=True),
    Row("same, 32 KB with token counting on", 25, 60, over_product("ccr", "translate", "gatehouse-translate", bytes=32768, **AT_16), more=True),
    Row("added time to first token (p50, 1 stream), vs bare YARP's", 1.5, 1.15, quotient("ttft", "+ttft_p50", "gatehouse", "yarp", "ms")),
    Row("added time to first token, Portkey over product", 15, 25, quotient("ttft", "+ttft_p50", "portkey", "gatehouse", "ms"), more=True),
    Row("added delay per chunk (p50, 32 streams), vs bare YARP's", 1.5, 1.15, quotient("chunks", "+delay_p50", "gatehouse", "yarp", "ms", streams=32)),
    Row("CPU per chunk, 32 streams, vs bare YARP", 1.5, 1.15, quotient("chunks", "cpu_us/chunk", "gatehouse", "yarp", "µs", streams=32)),
    Row("anonymous memory per open stream, 1,500 streams, vs bare YARP", 1.6, 1.2, memory_per_stream),
    Row("resident memory under load (c=64), vs bare YARP (same GC mode)", 2, 1.5, memory_under_load),
    Row("cold start to first proxied request, vs bare YARP", 3, 1.5, cold_start),
    Row("log rows lost at full load", 0, 0, lost),
    Row("log rows/s sustained by the writer, vs EF Core AddRange at batch 1000", 3, 6, writer, more=True),
    Row("log viewer: any first page, warm", 100, 20, log_query("first page"), unit=" ms"),
    Row("log viewer: 90-day chart", 200, 30, log_query("series", has="90 days"), unit=" ms"),
]


def read_log(folder):
    """What ./dev.sh bench log left, by name; the reading and the writing leave a file each."""
    found = {}
    for name in ("log-read.json", "log-writer.json"):
        if (folder / name).exists():
            found.update(json.loads((folder / name).read_text()))
    return found


def figures(found, log):
    runs = Runs(found, log)
    return [row.judge(runs) for row in ROWS]


# ---------------------------------------------------------------- text

DETAILS = {
    "json": ("Pass-through of JSON", ["target", "bytes", "conc", "req/s", "p50ms", "p99ms", "cpu_us/req", "user_us", "x cpu", "x req/s", "spread", "errors"]),
    "load": ("Other concurrencies", ["target", "bytes", "conc", "req/s", "p50ms", "p99ms", "cpu_us/req", "loadMB", "x cpu", "x req/s", "spread", "errors"]),
    "sse": ("Pass-through of a whole SSE body (63 events, 19.5 KB)", ["target", "conc", "req/s", "p50ms", "p99ms", "cpu_us/req", "user_us", "x cpu", "x req/s", "spread", "errors"]),
    "translate": ("Anthropic Messages translated to OpenAI Chat (bare YARP passes the same amount through)", ["target", "kind", "bytes", "req/s", "p50ms", "p99ms", "cpu_us/req", "x cpu", "spread", "errors"]),
    "ttft": ("Time to first token, one stream at a time, ms", ["target", "ttft_p50", "+ttft_p50", "+ttft_p99", "+upload_p50", "lost", "bad"]),
    "chunks": ("32 streams, a chunk every 20 ms each, ms", ["target", "ttft_p50", "delay_p50", "+delay_p50", "+delay_p90", "+delay_p99", "cpu_us/chunk", "lost", "bad"]),
    "memory": ("Memory of open streams", ["target", "streams", "alive", "before_MB", "open_MB", "after_MB", "rss_KB/stream", "anon_KB/stream"]),
    "coldstart": ("Cold start to the first proxied request", ["target", "start_ms", "min_ms", "max_ms", "x start", "idleMB", "idle_anonMB"]),
}


def table(columns, rows):
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return lines + ["| " + " | ".join("–" if row[c] is None else str(row[c]) for c in columns) + " |" for row in rows]


def promised(found):
    """The promised figures as a table with one sentence before it."""
    lines = [
        f"{found['at'][:10]}, commit {found['commit']}, {found['machine']}, .NET SDK {found['dotnet']}, load average before {found['load_average']:.1f}"
        f"{', **quick: too short to quote**' if found['quick'] else ''}. Product first, then what it is compared with; ratios are medians over rounds.", "",
        "| figure | measured | ratio | floor | goal | verdict |", "|---|---|---|---|---|---|",
    ]
    for row in found["figures"]:
        value = "–" if row["value"] is None else f"{row['value']:.4g}{row['unit']}"
        lines.append(f"| {row['figure']} | {row['measured']} | {value} | {row['floor']} | {row['goal']} | {row['verdict']}{': ' + row['why'] if row['why'] else ''} |")
    records = found["records"]
    lines += ["", f"Records: {records['answered']:,} requests answered, {records['written']:,} rows written, {records['dropped']:,} dropped, {records['lines']:,} lines of file-log."]
    return lines


def markdown(found):
    lines = ["# Speed", "", *promised(found)]
    for name, (title, columns) in DETAILS.items():
        if found["results"].get(name):
            lines += ["", f"## {title}", "", *table(columns, found["results"][name])]
    return "\n".join(lines) + "\n"


def write_docs(folder, file):
    """Puts the figures of the last run between the marks in the document. Returns an exit code."""
    path = folder / "speed.json"
    if not path.exists():
        print("There is no run yet: ./dev.sh bench")
        return 2
    found = json.loads(path.read_text())
    # The log may have been measured since.
    found["figures"] = figures(found, read_log(folder))
    text = file.read_text()
    before, rest = text.split(BEGIN, 1)
    file.write_text(before + BEGIN + "\n\n" + "\n".join(promised(found)) + "\n\n" + END + rest.split(END, 1)[1])
    print(f"{file} has the figures of {found['at']}")
    return 0
