#!/usr/bin/env bash
# What ./dev.sh bench runs: speed.py says what it measures and how.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export BENCH_DIR=${BENCH_DIR:-/tmp/gatehouse-bench}

need() {
  local missing=() name
  for name in "$@"; do command -v "$name" >/dev/null 2>&1 || missing+=("$name"); done
  ((${#missing[@]} == 0)) && return
  if ! command -v apt-get >/dev/null 2>&1 || [[ $(id -u) != 0 ]]; then
    printf 'bench: missing %s\n' "${missing[*]}" >&2
    exit 1
  fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

case ${1:-} in
  config) shift; need python3; exec python3 "$here/config.py" "$@" ;;
  micro) shift; exec dotnet run -c Release --project "$here/micro" -- "$@" ;;
esac
need python3 wrk nginx
[[ " $* " != *" --peers "* ]] || need node npm
exec python3 "$here/speed.py" "$@"
