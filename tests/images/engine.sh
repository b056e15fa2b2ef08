#!/usr/bin/env bash
# A daemon of Docker with BuildKit and buildx for the image tests, from Debian's packages, unpacked below target/images/docker and
# not installed; with the images that prepare.sh made. As root.
#
#     tests/images/engine.sh start
#     tests/images/engine.sh stop
set -euo pipefail
cd "$(dirname "$0")/../.."
place=${DOCKSLIM_IMAGES:-${CARGO_TARGET_DIR:-target}/images}
mkdir -p "$place/docker"
place=$(cd "$place" && pwd)
docker=$place/docker
socket=$docker/docker.sock
pid=$docker/docker.pid
export DOCKER_HOST=unix://$socket DOCKER_CONFIG=$docker/config PATH=$docker/root/usr/bin:$docker/root/usr/sbin:$PATH

unpack() {
    local mirror apt=$docker/apt options package
    mirror=$(grep -rhoE '^(URIs:|deb( \[[^]]*\])?) +[a-z]+://[^ ]*debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null |
        grep -oE '[a-z]+://[^ ]+' | sed -n 1p || true)
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$docker/packages" "$docker/root" "$docker/config/cli-plugins"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} trixie main" >"$apt/sources.list"
    options=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$apt/lists"
        -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root)
    apt-get "${options[@]}" -qq update
    (cd "$docker/packages" && apt-get "${options[@]}" -qq download docker.io docker-cli docker-buildx containerd)
    for package in "$docker"/packages/*.deb; do dpkg -x "$package" "$docker/root"; done
    cp "$docker/root/usr/libexec/docker/cli-plugins/docker-buildx" "$docker/config/cli-plugins/"
    rm -rf "$docker/packages" "$apt"
}

runs() { [ -S "$socket" ] && docker version >/dev/null 2>&1; }

case ${1:-} in
start)
    if ! command -v runc >/dev/null; then
        apt-get -qq update
        DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends runc >/dev/null
    fi
    [ -x "$docker/root/usr/sbin/dockerd" ] || unpack
    if ! runs; then
        rm -f "$pid" "$socket"
        setsid dockerd --data-root "$docker/data" --exec-root "$docker/exec" --host "unix://$socket" --pidfile "$pid" \
            --iptables=false --ip6tables=false --bridge=none --storage-driver=overlay2 >"$docker/log" 2>&1 </dev/null &
        for _ in $(seq 120); do
            runs && break
            sleep 0.5
        done
        runs || {
            tail -n 20 "$docker/log" >&2
            exit 1
        }
    fi
    for image in debian:12 python:3.11-slim node:18-slim; do
        docker image inspect "$image" >/dev/null 2>&1 && continue
        CONTAINERS_STORAGE_CONF=$place/storage.conf CONTAINERS_REGISTRIES_CONF=$place/registries.conf \
            buildah push --quiet "docker.io/library/$image" "docker-archive:$docker/image.tar:docker.io/library/$image"
        docker load --quiet --input "$docker/image.tar"
        rm -f "$docker/image.tar"
    done
    ;;
stop) kill "$(cat "$pid")" ;;
*)
    sed -n '2,7p' "$0"
    exit 2
    ;;
esac
