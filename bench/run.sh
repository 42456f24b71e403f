#!/usr/bin/env bash
# The product as it ships (SQLite log and file log on) beside bare YARP and nginx: ./dev.sh bench [--quick].
# How it behaves with a large configuration: ./dev.sh bench config, see config.py.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
export BENCH_DIR=${BENCH_DIR:-/tmp/gatehouse-bench}
data=$BENCH_DIR/data
results=$here/results
proxy=http://127.0.0.1:5200

if [[ ${1:-} == config ]]; then shift; exec python3 "$here/config.py" "$@"; fi

seconds=5 rounds=3 concurrency=1,16,64
if [[ ${1:-} == --quick ]]; then seconds=2 rounds=2 concurrency=16; fi

say() { printf '%s\n' "$*" >&2; }

need() {
  local missing=() name
  for name in "$@"; do command -v "$name" >/dev/null 2>&1 || missing+=("$name"); done
  ((${#missing[@]} == 0)) && return
  if ! command -v apt-get >/dev/null 2>&1 || [[ $(id -u) != 0 ]]; then
    say "bench: missing ${missing[*]}"
    exit 1
  fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# One service and route per kind of answer, in pass-through and translated from the Messages format.
configuration() {
  local kind base
  printf '_format_version: "3.0"\nplugins:\n- name: file-log\n  config:\n    path: "%s/file.log"\nservices:\n' "$BENCH_DIR"
  for kind in json sse timed; do
    base=http://127.0.0.1:5100
    [[ $kind != timed ]] || base=http://127.0.0.1:5102
    service "bench-$kind" "/bench-$kind" openai "$base/$kind/v1/chat/completions"
    service "translate-$kind" "/translate-$kind" anthropic "$base/$kind/v1/chat/completions"
  done
}

service() {
  cat <<YAML
- name: $1
  url: http://127.0.0.1:5100
  routes:
  - name: $1
    paths: ["$2"]
  plugins:
  - name: ai-proxy
    config:
      llm_format: $3
      route_type: llm/v1/chat
      max_request_body_size: 1048576
      logging: { log_statistics: true, log_payloads: false }
      auth: { header_name: Authorization, header_value: Bearer bench }
      model:
        provider: openai
        options: { upstream_url: "$4" }
YAML
}

stop_all() {
  "$here/targets.py" down >/dev/null 2>&1 || true
  "$root/quickstart" --data "$data" --stop >/dev/null 2>&1 || true
}

need python3 wrk nginx
mkdir -p "$BENCH_DIR" "$results"
trap stop_all EXIT
stop_all
rm -rf "$data" "$BENCH_DIR/file.log"

lines=$("$root/quickstart" --data "$data" --proxy-port 5200 --admin-port 5201 --console-port 5202 --deck-output \
  -e "Gateway__FileLog__AllowedDirectories=$BENCH_DIR")
eval "$lines"
configuration | deck gateway apply - >&2
"$here/targets.py" up direct nginx yarp >&2

cat >"$BENCH_DIR/gatehouse.json" <<JSON
{
  "gatehouse": { "port": 5200, "url": "$proxy/bench-{kind}/v1/chat/completions", "headers": { "Authorization": "Bearer client" } },
  "gatehouse-translate": { "port": 5200, "api": "messages", "url": "$proxy/translate-{kind}/v1/messages", "headers": { "x-api-key": "client" } }
}
JSON

measure() {
  local name=$1
  shift
  "$here/bench.py" "$@" --targets "$BENCH_DIR/gatehouse.json" --rounds "$rounds" --out "$results/$name.json" | tee "$results/$name.txt"
}

measure json throughput yarp nginx gatehouse --size 1k,32k --concurrency "$concurrency" --seconds "$seconds"
measure sse throughput yarp nginx gatehouse --kind sse --concurrency 16 --seconds "$seconds"
measure translate throughput yarp gatehouse-translate --kind json,sse --concurrency 16 --seconds "$seconds"
measure stream stream direct yarp gatehouse --streams 1,32

# A figure taken while records were dropped does not count.
metrics=$(curl -fsS -H "Authorization: Bearer $KONNECT_TOKEN" "$KONNECT_CONTROL_PLANE_URL/metrics")
{ printf '\nrequest log:\n'; grep '^gatehouse_log_records_' <<<"$metrics"; } | tee "$results/log.txt"
dropped=$(awk '$1 == "gatehouse_log_records_dropped_total" { print $2 }' <<<"$metrics")
if [[ $dropped != 0 ]]; then
  say "bench: ${dropped:-an unknown number of} log records were dropped; these figures do not count"
  exit 1
fi
