#!/usr/bin/env bash
# The chores of this repository, one word each; ./dev.sh help lists them.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

unit_projects=(tests/Shared.Tests tests/Gateway.Core.Tests tests/Console.Web.Tests)
e2e_project=e2e
passed=0 failed=0 skipped=0 broken=()

usage() {
  cat <<'TEXT'
./dev.sh WORD

  setup            install what tests need: Chromium, fonts, Redis, npm packages from the lock file
  run [ARG…]       build and run the product in the foreground (arguments of ./quickstart)
  check            format check, build, unit tests: about a minute, before each commit
  test [FILTER]    everything: format check, unit, component, browser and real command line clients;
                   with a FILTER only test classes whose name contains it
  e2e [FILTER]     only the end-to-end suite
  kill9 [TIMES]    kill the product under load and look at its log after each start, 20 times
  load             the load tests with their full figures: a thousand changes under load, thousands of streams
  soak [MINUTES]   everything at once for long, and the slope of the memory, 60 minutes
  format           rewrite sources to the house format
  bench [ARG…]     what a request costs, beside no proxy, nginx and bare YARP; tables go to bench/results.
                   --quick: about a minute; --peers: Portkey and Claude Code Router too; --docs: last figures into docs/performance.md
  bench micro [FILTER]
                   the parts of a request by themselves, with what they allocate
  bench config [COUNT] [CHANGES]
                   sync, memory and pauses with a large configuration
  bench log [ROWS] [DIRECTORY]
                   the request log by itself: writing, size, first pages, search, charts (a million rows)
  bench log writer the writer of the request log beside EF Core
  bench log read DIRECTORY
                   how long readers of an existing log wait (a copy: an older one is brought up to date)
  bench log bodies ROWS DIRECTORY
                   write a log with bodies, to read it then
  bench log pages DIRECTORY
                   how long the Admin API takes for what pages show of an existing log
  bench log retention DIRECTORY [SECONDS]
                   calls through the proxy while a large log is shortened (loses some of it)
  bench console [SECONDS] [VIEWERS] [SECONDS_OF_TAIL]
                   the console's figures in a real browser: pages, live tail, many viewers
  bench log week [DIR]
                   a week of simulated agents through the whole product; what its log says beside an independent calculation
  bench log train FILE LOG…
                   make a dictionary for records from request logs (Console.Web/Data/Logs/RecordText.cs)
  pictures [DIR]   take the pictures of docs/images again, from a product with made-up traffic
  migrate NAME     add a database migration
  image [TAG]      build the container image; --check also runs it without root on a read-only file system,
                   --stand-in DIR builds on a root file system of Debian where base images cannot be pulled
  sbom             the bill of materials (CycloneDX) to artifacts/sbom.json
  audit            known weaknesses and licences of packages, contents of lock files
  scorecard [ARG…] every promised figure beside its goal, to bench/results/scorecard.md; --quick: minutes
TEXT
}

say() { printf '%s\n' "$*" >&2; }
die() { say "dev.sh: $*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

need_sdk() {
  has dotnet || die "the .NET SDK 10 is needed and 'dotnet' is not on the PATH: see https://dot.net"
  [[ $(dotnet --version 2>/dev/null) == 10.* ]] || die "the .NET SDK 10 is needed (global.json): 'dotnet --list-sdks' shows what is installed"
}

install_packages() {
  local missing=("$@") sudo=()
  has apt-get || die "missing: ${missing[*]}. Install them with this system's package manager, then run again."
  [[ $(id -u) == 0 ]] || { has sudo || die "missing: ${missing[*]}. Install them as root, then run again."; sudo=(sudo); }
  say "Installing ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

browser() { printf '%s' "${E2E_CHROMIUM:-$(command -v chromium || command -v google-chrome || true)}"; }

setup() {
  need_sdk
  local missing=()
  [[ -n $(browser) ]] || missing+=(chromium fonts-liberation fonts-noto-color-emoji ca-certificates)
  [[ -d /usr/share/zoneinfo/Europe ]] || missing+=(tzdata)
  has curl || missing+=(curl)
  has jq || missing+=(jq)
  has node || missing+=(nodejs)
  has npm || missing+=(npm)
  has redis-server || missing+=(redis-server)
  ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 15) ? 0 : 1)' ||
    die "Node.js 20.15 or newer is needed by the clients under test; this is $(node --version)"
  # npm writes the hidden lock file last, so an interrupted install is noticed.
  if [[ ! e2e/clients/node_modules/.package-lock.json -nt e2e/clients/package-lock.json ]]; then
    say "Installing the clients of e2e/clients"
    (cd e2e/clients && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
    touch e2e/clients/node_modules/.package-lock.json
  fi
}

restore() { dotnet restore Console.sln --locked-mode -v quiet >&2; }
build() { restore && dotnet build Console.sln -c Release --no-restore -v quiet -clp:NoSummary >&2; }
# All that the build has not said already, with its analyzers as errors: white space and the order of usings. Everything takes four times as long.
format_check() {
  dotnet format whitespace Console.sln --no-restore --verify-no-changes -v quiet >&2 &&
    dotnet format style Console.sln --no-restore --verify-no-changes -v quiet --diagnostics IMPORTS >&2
}

# Runs a step that is not a test project; only its failure counts, so that "N passed" stays a number of tests.
step() {
  local name=$1
  shift
  "$@" || { failed=$((failed + 1)) broken+=("$name"); }
}

# Runs a built test project and adds what its summary line says. A run without a summary counts as a failure.
run_tests() {
  local project=$1 filter=${2:-} name log line code=0
  name=$(basename "$(ls "$project"/*.csproj)" .csproj)
  log=$(mktemp)
  local arguments=(-noLogo -noColor)
  [[ -z $filter ]] || arguments+=(-class "*$filter*")
  say "== $name"
  timeout "${TEST_TIMEOUT:-1800}" dotnet "$project/bin/Release/net10.0/$name.dll" "${arguments[@]}" 2>&1 | tee "$log" >&2 || code=$?
  line=$(sed -nE 's/^ *[A-Za-z.0-9]+ +Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+), Not Run: ([0-9]+).*/\1 \2 \3 \4 \5/p' "$log" | tail -n 1)
  # A runner whose filter selects nothing says only "Total: 0".
  [[ -n $line ]] || line=$(sed -nE 's/^ *[A-Za-z.0-9]+ +Total: 0$/0 0 0 0 0/p' "$log" | tail -n 1)
  local test failures=()
  while read -r test; do failures+=("$test"); done < <(sed -nE 's/^ *(.*[^ ]) +\[FAIL\] *$/\1/p' "$log" | head -n 20)
  rm -f "$log"
  if [[ -z $line ]]; then
    failed=$((failed + 1)) broken+=("$name ended without a summary (exit code $code)")
    return
  fi
  local total errors bad skips unrun
  read -r total errors bad skips unrun <<<"$line"
  passed=$((passed + total - bad - skips - unrun)) failed=$((failed + bad + errors)) skipped=$((skipped + skips))
  # By name and last of all: of a long run only the end is kept.
  ((bad + errors == 0)) || broken+=("$name" ${failures[@]+"${failures[@]}"})
  if ((code != 0 && bad + errors == 0)); then
    failed=$((failed + 1)) broken+=("$name ended with exit code $code")
  fi
}

summary() {
  local text="$passed passed, $failed failed"
  ((skipped == 0)) || text+=", $skipped skipped"
  local name
  for name in ${broken[@]+"${broken[@]}"}; do say "FAILED: $name"; done
  ((passed > 0 || failed > 0)) || say "FAILED: no test ran"
  printf '%s\n' "$text"
  ((failed == 0 && passed > 0))
}

run_suites() {
  local filter=$1
  shift
  step build build
  if ((failed > 0)); then summary; return; fi
  [[ -n $filter ]] || step "format (./dev.sh format mends it)" format_check
  local project
  for project in "$@"; do run_tests "$project" "$filter"; done
  summary
}

migrate() {
  [[ -n ${1:-} ]] || die "migrate needs a name: ./dev.sh migrate AddConsumers"
  dotnet tool restore >&2
  dotnet ef migrations add "$1" --project Console.Web --context "${2:-ConsoleDbContext}" --output-dir Data/Migrations
}

word=${1:-help}
shift || true
case $word in
  setup) setup ;;
  run) exec ./quickstart --foreground "$@" ;;
  check) need_sdk; run_suites "" "${unit_projects[@]}" ;;
  test) setup; run_suites "${1:-}" "${unit_projects[@]}" "$e2e_project" ;;
  e2e) setup; run_suites "${1:-.}" "$e2e_project" ;;
  kill9)
    need_sdk
    build
    export KILL9_TIMES=${1:-20}
    exec dotnet "$e2e_project/bin/Release/net10.0/E2E.dll" -noLogo -noColor -diagnostics -class '*Kill9Tests'
    ;;
  load)
    need_sdk
    build
    GATEHOUSE_LOAD=1 exec dotnet tests/Console.Web.Tests/bin/Release/net10.0/Console.Web.Tests.dll -noLogo -noColor -diagnostics -class '*.Load.*'
    ;;
  soak)
    need_sdk
    build
    SOAK_MINUTES=${1:-60} exec dotnet tests/Console.Web.Tests/bin/Release/net10.0/Console.Web.Tests.dll -noLogo -noColor -diagnostics -class '*SoakTests'
    ;;
  format) need_sdk; restore; dotnet format Console.sln --no-restore ;;
  bench)
    need_sdk
    if [[ ${1:-} == log && ${2:-} =~ ^(retention|pages)$ ]]; then exec python3 "bench/$2.py" "${@:3}"; fi
    if [[ ${1:-} == log ]]; then shift; exec dotnet run -c Release --project bench/log -- "$@"; fi
    if [[ ${1:-} == console ]]; then shift; setup; exec node bench/console.mjs "$@"; fi
    exec bench/run.sh "$@"
    ;;
  pictures) setup; exec node e2e/pictures/pictures.mjs "$@" ;;
  migrate) need_sdk; migrate "$@" ;;
  image) exec release/image.sh "$@" ;;
  sbom) need_sdk; exec release/sbom.sh ;;
  audit) need_sdk; restore; exec release/audit.py ;;
  scorecard) need_sdk; build; exec bench/scorecard.py "$@" ;;
  help | -h | --help) usage ;;
  *) usage >&2; die "unknown word '$word'" ;;
esac
