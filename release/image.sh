#!/usr/bin/env bash
# Builds the container image with Buildah or Docker, or with --check also runs it as it is meant to run: no root, no capabilities,
# nothing writable but /data and /tmp (--no-build: the image that is there). Where base images cannot be pulled, --stand-in DIR takes a root file system of Debian (of
# debootstrap) for the base: the runtime comes from this machine and the product is published here; the rest of the Dockerfile is the same.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tag=gatehouse stand_in="" check=0 build=1
while (($# > 0)); do
  case $1 in
    --stand-in) stand_in=${2:?--stand-in needs a directory}; shift ;;
    --check) check=1 ;;
    --no-build) build=0 ;;
    -*) echo "image: unknown flag $1" >&2; exit 2 ;;
    *) tag=$1 ;;
  esac
  shift
done

say() { printf '%s\n' "$*" >&2; }
die() { say "image: $*"; exit 1; }

work=$(mktemp -d)
container="" process=""
cleanup() {
  # It takes its child along, and heeds nothing milder.
  [[ -z $process ]] || kill -KILL "$process" 2>/dev/null || true
  [[ -z $container ]] || buildah rm "$container" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT

build_stand_in() {
  command -v buildah >/dev/null || die "--stand-in needs buildah (apt-get install buildah)"
  [[ -x $stand_in/bin/sh ]] || die "$stand_in is no root file system: debootstrap --variant=minbase --include=ca-certificates,libicu72,libssl3,tzdata bookworm $stand_in"
  local dotnet base
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  say "Publishing"
  dotnet publish Console.Web -c Release -p:Precompile=true -o "$work/app" -v quiet >&2
  base=$(buildah from scratch)
  buildah copy -q "$base" "$stand_in" / >/dev/null
  for part in dotnet host shared; do
    buildah copy -q "$base" "$dotnet/$part" "/usr/share/dotnet/$part" >/dev/null
  done
  buildah config --env PATH=/usr/share/dotnet:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$base"
  buildah commit -q "$base" localhost/gatehouse-stand-in >/dev/null
  buildah rm "$base" >/dev/null
  # The last stage of the Dockerfile, with what was published here in the place of the first stage.
  awk '/^FROM /{stage++; if (stage == 2) print "FROM localhost/gatehouse-stand-in"; next} stage == 2' Dockerfile |
    sed 's|^COPY --from=build /app /app$|COPY app /app|' >"$work/Dockerfile"
  grep -q '^COPY app /app$' "$work/Dockerfile" || die "the Dockerfile does not copy the published product as this script expects"
  buildah bud --isolation chroot --format docker -q -t "$tag" -f "$work/Dockerfile" "$work"
}

if ((!build)); then
  :
elif [[ -n $stand_in ]]; then
  build_stand_in
elif command -v buildah >/dev/null; then
  buildah bud --format docker -t "$tag" .
elif command -v docker >/dev/null; then
  docker build -t "$tag" .
else
  die "buildah or docker is needed to build the image"
fi

((check)) || exit 0
command -v buildah >/dev/null || die "--check needs buildah"

# What the image says about itself, and what is in it.
container=$(buildah from "$tag")
user=$(buildah inspect --format '{{.OCIv1.Config.User}}' "$container")
[[ $user == 10001:10001 ]] || die "the image runs as '$user', not as 10001:10001"
root=$(buildah mount "$container")
setuid=$(find "$root/app" -perm /6000 -type f | head)
[[ -z $setuid ]] || die "set-uid files in /app: $setuid"
writable=$(find "$root" -xdev \( -path "$root/proc" -o -path "$root/tmp" -o -path "$root/var/tmp" -o -path "$root/run/lock" \) -prune -o \( -user 10001 -o -perm -0002 \) ! -type l ! -type c ! -path "$root/data" -print | head -n 5)
[[ -z $writable ]] || die "writable for the product beside /data: $writable"

# Run it with the root file system read-only, no capability, no way to new ones, and volumes for /data and /tmp.
say "Starting it read-only, without root"
chmod 0711 "$work"
install -d -o 10001 -g 10001 -m 0700 "$work/data" "$work/tmp"
port=$((20000 + RANDOM % 5000))
# A mount namespace of its own: the container's root is bound read-only, and only then entered.
unshare --mount --pid --fork --kill-child bash -c '
  set -euo pipefail
  root=$1 data=$2 tmp=$3 port=$4
  mount --make-rprivate /
  mount --bind "$root" "$root"
  mount --bind "$data" "$root/data"
  mount --bind "$tmp" "$root/tmp"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -o remount,bind,ro "$root"
  exec chroot "$root" /usr/bin/env -i PATH="$5" setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \
    env HOME=/data DOTNET_EnableDiagnostics=0 Gateway__Data=/data Gateway__Proxy__Url="http://127.0.0.1:$port" \
    Gateway__Admin__Url="http://127.0.0.1:$((port + 1))" Gateway__Console__Url="http://127.0.0.1:$((port + 2))" \
    bash -c "cd /app; exec dotnet gatehouse.dll"
' _ "$root" "$work/data" "$work/tmp" "$port" "$(buildah inspect --format '{{range .OCIv1.Config.Env}}{{println .}}{{end}}' "$container" | sed -n 's/^PATH=//p')" >"$work/log" 2>&1 &
process=$!
for _ in $(seq 120); do
  curl -fs -o /dev/null "http://127.0.0.1:$((port + 1))/status/ready" && break
  kill -0 "$process" 2>/dev/null || { cat "$work/log" >&2; die "it ended"; }
  sleep 0.5
done
curl -fsS -o /dev/null "http://127.0.0.1:$((port + 1))/status/ready" || { cat "$work/log" >&2; die "it does not become ready"; }
curl -fsS -o /dev/null "http://127.0.0.1:$((port + 2))/healthz"
[[ $(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/nowhere") == 404 ]] || die "the proxy does not answer"
pid=$(pgrep -P "$process")
status=/proc/$pid/status
[[ $(awk '/^Uid/{print $2, $3, $4, $5}' "$status") == "10001 10001 10001 10001" ]] || die "it runs as $(grep Uid "$status")"
[[ $(awk '/^CapEff/{print $2}' "$status") =~ ^0+$ ]] || die "it holds capabilities: $(grep CapEff "$status")"
[[ $(awk '/^CapBnd/{print $2}' "$status") =~ ^0+$ ]] || die "it could get capabilities: $(grep CapBnd "$status")"
[[ $(awk '/^NoNewPrivs/{print $2}' "$status") == 1 ]] || die "it could get new privileges"
# Not even root can write through the mounts that the process has.
for place in app usr/bin etc; do
  said=$(touch "/proc/$pid/root/$place/x" 2>&1) && die "/$place can be written"
  [[ $said == *"Read-only file system"* ]] || die "/$place is not read-only: $said"
done
touch "/proc/$pid/root/data/x" && rm "/proc/$pid/root/data/x" || die "/data cannot be written"
open=$(find "$work/data" -perm /077 ! -type l | head -n 5)
[[ -z $open ]] || die "open to others in /data: $open"
kill -TERM "$pid"
for _ in $(seq 60); do kill -0 "$pid" 2>/dev/null || break; sleep 0.5; done
kill -0 "$pid" 2>/dev/null && die "it does not stop"
say "Runs as 10001 on a read-only root file system without capabilities: ready, healthy, answering, stopped."
