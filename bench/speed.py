#!/usr/bin/env python3
"""The product as it ships, with everything on (authentication, token counting, request log, file log), beside no proxy, nginx and bare YARP.

  ./dev.sh bench              all figures, about a quarter of an hour
  ./dev.sh bench --quick      about a minute, to see whether something has gone wrong; too short to quote
  ./dev.sh bench --peers      Portkey and Claude Code Router as well (installed from their lock file)
  ./dev.sh bench --docs       puts the figures of the last run into docs/performance.md

Results go to bench/results: speed.json, speed.md. Exit code 1: records were lost. BENCH_DIR and BENCH_PORTS move files and ports.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import resource
import subprocess
import sys

import bench
import goals
import product
import targets

RESULTS = product.HERE / "results"
PROXY, ADMIN, CONSOLE = (targets.PORTS + n for n in (60, 61, 62))
KEY = "bench-client"
KINDS = ("json", "sse", "timed")

# What a run measures: the words of bench.py after the targets. Everything is interleaved, round by round.
FULL = {
    "coldstart": ["--rounds", "5"],
    "json": ["--size", "1k,32k,256k", "--concurrency", "16", "--rounds", "5", "--seconds", "4"],
    "load": ["--size", "1k", "--concurrency", "1,64", "--rounds", "3", "--seconds", "4", "--warmup", "10000"],
    "sse": ["--kind", "sse", "--concurrency", "16", "--rounds", "5", "--seconds", "4", "--warmup", "20000"],
    "translate": ["--kind", "json,sse", "--size", "1k,32k", "--concurrency", "16", "--rounds", "3", "--seconds", "4", "--warmup", "30000"],
    "ttft": ["--streams", "1", "--chunks", "5", "--interval", "10", "--times", "20", "--rounds", "5"],
    "chunks": ["--streams", "32", "--chunks", "100", "--interval", "20", "--rounds", "5"],
    "memory": ["--streams", "1500", "--hold", "6"],
}
QUICK = {
    "coldstart": ["--rounds", "1"],
    "json": ["--size", "1k,32k,256k", "--concurrency", "16", "--rounds", "2", "--seconds", "1", "--warmup-seconds", "7"],
    "load": ["--size", "1k", "--concurrency", "64", "--rounds", "1", "--seconds", "2", "--warmup", "0"],
    "sse": ["--kind", "sse", "--concurrency", "16", "--rounds", "2", "--seconds", "1", "--warmup", "5000", "--warmup-seconds", "2"],
    "translate": ["--kind", "json", "--size", "1k,32k", "--concurrency", "16", "--rounds", "2", "--seconds", "1", "--warmup", "5000", "--warmup-seconds", "2"],
    "ttft": ["--streams", "1", "--chunks", "5", "--interval", "10", "--times", "5", "--rounds", "1"],
    "chunks": ["--streams", "32", "--chunks", "50", "--interval", "20", "--rounds", "1"],
    "memory": ["--streams", "300", "--hold", "1"],
}

# Whom each measurement compares.
NAMES = {
    "coldstart": ["yarp", "gatehouse"],
    "json": ["yarp", "direct", "nginx", "gatehouse"],
    "load": ["yarp", "gatehouse"],
    "sse": ["yarp", "direct", "nginx", "gatehouse"],
    "translate": ["yarp", "gatehouse-translate"],
    "ttft": ["direct", "nginx", "yarp", "gatehouse"],
    "chunks": ["direct", "nginx", "yarp", "gatehouse"],
    "memory": ["yarp", "gatehouse"],
}
PEERS = {"json": ["portkey"], "ttft": ["portkey"], "translate": ["ccr"]}
COMMANDS = {"coldstart": "coldstart", "memory": "memory", "ttft": "stream", "chunks": "stream"}


def configuration(folder):
    """A service for each kind of answer, passed through and translated from the Messages format."""
    services = []
    for kind in KINDS:
        for name, client in ((f"bench-{kind}", "openai"), (f"translate-{kind}", "anthropic")):
            services.append({
                "name": name, "url": "http://127.0.0.1:1", "routes": [{"name": name, "paths": [f"/{name}"]}],
                "plugins": [{"name": "ai-proxy", "config": {
                    "llm_format": client, "route_type": "llm/v1/chat", "max_request_body_size": 1048576,
                    "logging": {"log_statistics": True, "log_payloads": False},
                    "auth": {"header_name": "Authorization", "header_value": "Bearer bench"},
                    "model": {"provider": "openai", "options": {"upstream_url": targets.upstream_base(kind) + "/chat/completions"}},
                }}],
            })
    return json.dumps({
        "_format_version": "3.0",
        "plugins": [{"name": "key-auth"}, {"name": "file-log", "config": {"path": str(folder / "file.log")}}],
        "consumers": [{"username": "bench", "keyauth_credentials": [{"key": KEY}]}],
        "services": services,
    })


def describe_targets(file):
    file.write_text(json.dumps({
        "gatehouse": {"port": PROXY, "url": f"http://127.0.0.1:{PROXY}/bench-{{kind}}/v1/chat/completions", "headers": {"apikey": KEY}},
        "gatehouse-translate": {"port": PROXY, "api": "messages", "url": f"http://127.0.0.1:{PROXY}/translate-{{kind}}/v1/messages", "headers": {"apikey": KEY}},
    }))


def install_peers():
    folder = product.HERE / "peers"
    if not (folder / "node_modules" / ".package-lock.json").exists():
        say("Installing the peers of bench/peers")
        subprocess.run(["npm", "ci", "--ignore-scripts", "--loglevel=error"], cwd=folder, stdout=sys.stderr, check=True)


def start_targets(folder, peers):
    folder.mkdir(parents=True, exist_ok=True)
    targets.up(folder, ["direct", "nginx", "yarp", *(["portkey", "ccr"] if peers else [])])


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cpu = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return f"{os.cpu_count()} processors ({cpu[1] if cpu else platform.machine()}), {memory:.0f} GiB, {platform.system()} {platform.release()}"


def output_of(*command):
    return subprocess.run(command, cwd=product.ROOT, capture_output=True, text=True, check=False).stdout.strip()


def say(text):
    print(text, file=sys.stderr, flush=True)


def check_records(counters, lines, answered):
    """What became of the record of every request, from the product's counters and from the lines of file-log."""
    counts = counters.settled()
    return {"answered": answered, **counts, "lines": lines.collect(), "lost": counts["dropped"] + max(0, answered - counts["written"])}


def answered():
    return sum(n for name, n in bench.ANSWERED.items() if name.startswith("gatehouse"))


def measure(folder, plan, peers):
    """Runs the plan against what is started. Returns the rows by measurement, and what became of the records."""
    file = folder / "product.json"
    describe_targets(file)
    lines, results, records = product.LineCount(folder / "file.log"), {}, None
    counters = product.Counters(ENVIRONMENT)

    def run(name):
        say(f"== {name}")
        words = [COMMANDS.get(name, "throughput"), *NAMES[name], *(PEERS.get(name, []) if peers else []), *plan[name]]
        results[name] = bench.main([*words, "--targets", str(file), "--dir", str(folder)])

    run("coldstart")
    lines.collect()
    lines.lines = 0
    bench.ANSWERED.clear()
    before = counters.settled()["written"]
    for name in ("json", "load", "sse", "translate", "ttft", "chunks"):
        run(name)
        lines.collect()
    records = check_records(counters, lines, answered() + before)
    records["lines"] += before
    # Last: it starts the product anew, and its counters with it.
    run("memory")
    records["lost"] += counters.settled()["dropped"]
    return results, records


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="about a minute")
    parser.add_argument("--peers", action="store_true", help="Portkey and Claude Code Router too")
    parser.add_argument("--docs", action="store_true", help="measure nothing; put the last figures into docs/performance.md")
    arguments = parser.parse_args()
    if arguments.docs:
        return goals.write_docs(RESULTS, product.ROOT / "docs" / "performance.md")

    folder = targets.default_dir().resolve()
    data = folder / "data"
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    RESULTS.mkdir(exist_ok=True)
    if arguments.peers:
        install_peers()
    stop_product(data)
    subprocess.run(["rm", "-rf", data, folder / "file.log"], check=True)
    head = {
        "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "commit": output_of("git", "rev-parse", "--short", "HEAD"),
        "machine": machine(), "dotnet": output_of("dotnet", "--version"), "quick": arguments.quick, "load_average": os.getloadavg()[0],
    }
    try:
        start_targets(folder, arguments.peers)
        # As it ships: the image and the releases hold machine code.
        os.environ["GATEHOUSE_PRECOMPILE"] = "true"
        ENVIRONMENT.update(product.start(data, "-e", f"Gateway__FileLog__AllowedDirectories={folder}", ports=(PROXY, ADMIN, CONSOLE)))
        product.apply(ENVIRONMENT, configuration(folder))
        results, records = measure(folder, QUICK if arguments.quick else FULL, arguments.peers)
    finally:
        targets.down(folder)
        stop_product(data)
        (folder / "file.log").unlink(missing_ok=True)

    found = {**head, "records": records, "results": results}
    found["figures"] = goals.figures(found, goals.read_log(RESULTS))
    (RESULTS / "speed.json").write_text(json.dumps(found, indent=1))
    text = goals.markdown(found)
    (RESULTS / "speed.md").write_text(text)
    print("\n" + text)
    if records["lost"] or records["lines"] < records["written"]:
        say(f"bench: records were lost, so that these figures do not count: {records}")
        return 1
    return 0


def stop_product(data):
    """Whoever started it last: bench.py starts it anew for some figures."""
    target = {"port": PROXY}
    bench.adopt(target)
    if any("gatehouse.dll" in word for word in target.get("cmd", [])):
        targets.stop(target)
    product.stop(data)


ENVIRONMENT = {}

if __name__ == "__main__":
    sys.exit(main())
