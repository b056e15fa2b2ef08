#!/usr/bin/env bash
# A daemon of Docker with BuildKit and buildx for the image tests, with the images that prepare.sh made. As root.
#
#     tests/images/engine.sh start
#     tests/images/engine.sh stop
#
# Its programs come from Debian's packages and are unpacked below target/images/docker; only runc is installed.
set -euo pipefail
script=$(realpath "$0")
cd "$(dirname "$0")/../.."
# shellcheck source=tests/images/common.sh
. tests/images/common.sh
docker=$place/docker
socket=$docker/docker.sock
pid=$docker/docker.pid
mkdir -p "$docker"
export DOCKER_HOST=unix://$socket DOCKER_CONFIG=$docker/config PATH=$docker/root/usr/bin:$docker/root/usr/sbin:$PATH

unpack() {
    local apt=$docker/apt options package
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$docker/packages" "$docker/root" "$docker/config/cli-plugins"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) trixie main" >"$apt/sources.list"
    options=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$apt/lists"
        -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root)
    apt-get "${options[@]}" -qq update
    (cd "$docker/packages" && apt-get "${options[@]}" -qq download docker.io docker-cli docker-buildx containerd)
    for package in "$docker"/packages/*.deb; do dpkg -x "$package" "$docker/root"; done
    cp "$docker/root/usr/libexec/docker/cli-plugins/docker-buildx" "$docker/config/cli-plugins/"
    echo '{}' >"$docker/config/config.json"
    rm -rf "$docker/packages" "$apt"
    touch "$docker/unpacked"
}

answers() { [ -S "$socket" ] && docker version >/dev/null 2>&1; }

# Waits until a command succeeds, for a minute at most.
await() {
    for _ in $(seq 120); do
        "$@" && return
        sleep 0.5
    done
    return 1
}

case ${1:-} in
start)
    alone
    need runc
    [ -e "$docker/unpacked" ] || unpack
    if ! answers; then
        rm -f "$pid" "$socket"
        setsid dockerd --data-root "$docker/data" --exec-root "$docker/exec" --host "unix://$socket" --pidfile "$pid" \
            --iptables=false --ip6tables=false --bridge=none --storage-driver=overlay2 >"$docker/log" 2>&1 </dev/null {lock}>&- &
        await answers || fail "the daemon does not answer; the end of its log: $(tail -n 5 "$docker/log")"
    fi
    for image in debian:12 python:3.11-slim python:3.11 node:18-slim golang:1.19; do
        docker image inspect "$image" >/dev/null 2>&1 && continue
        buildah push --quiet "docker.io/library/$image" "docker-archive:$docker/image.tar:docker.io/library/$image"
        docker load --quiet --input "$docker/image.tar"
        rm -f "$docker/image.tar"
    done
    ;;
stop)
    if [ -e "$pid" ] && kill "$(cat "$pid")" 2>/dev/null; then
        gone() { [ ! -e "$pid" ]; }
        await gone || fail "the daemon does not end"
    fi
    ;;
*)
    sed -n '2,7s/^# \{0,1\}//p' "$script" >&2
    exit 2
    ;;
esac
