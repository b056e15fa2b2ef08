#!/usr/bin/env bash
# A daemon of Docker with BuildKit and buildx for the image tests, with the images that prepare.sh made, and a second one
# that stands for a builder elsewhere: it alone can hand out archives. As root.
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
mkdir -p "$docker"
export DOCKER_CONFIG=$docker/config PATH=$docker/root/usr/bin:$docker/root/usr/sbin:$PATH

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

answers() { [ -S "$1" ] && docker --host "unix://$1" version >/dev/null 2>&1; }

# Waits until a command succeeds, for a minute at most.
await() {
    for _ in $(seq 120); do
        "$@" && return
        sleep 0.5
    done
    return 1
}

# Starts a daemon below a folder, told more by further words, if it does not run, and waits for it.
begin() {
    local folder=$1
    shift
    answers "$folder/docker.sock" && return
    mkdir -p "$folder"
    rm -f "$folder/docker.pid" "$folder/docker.sock"
    setsid dockerd --data-root "$folder/data" --exec-root "$folder/exec" --host "unix://$folder/docker.sock" \
        --pidfile "$folder/docker.pid" --iptables=false --ip6tables=false --bridge=none "$@" \
        >"$folder/log" 2>&1 </dev/null {lock}>&- &
    await answers "$folder/docker.sock" || fail "the daemon does not answer; the end of its log: $(tail -n 5 "$folder/log")"
}

# Gives images to the daemon below a folder.
give() {
    local folder=$1 image
    shift
    for image; do
        docker --host "unix://$folder/docker.sock" image inspect "$image" >/dev/null 2>&1 && continue
        buildah push --quiet "docker.io/library/$image" "docker-archive:$folder/image.tar:docker.io/library/$image"
        docker --host "unix://$folder/docker.sock" load --quiet --input "$folder/image.tar"
        rm -f "$folder/image.tar"
    done
}

end() {
    local pid=$1/docker.pid
    if [ -e "$pid" ] && kill "$(cat "$pid")" 2>/dev/null; then
        gone() { [ ! -e "$pid" ]; }
        await gone || fail "the daemon does not end"
    fi
}

case ${1:-} in
start)
    alone
    need runc
    [ -e "$docker/unpacked" ] || unpack
    begin "$docker" --storage-driver=overlay2
    give "$docker" debian:12 python:3.11-slim python:3.11 node:18-slim
    echo '{"features": {"containerd-snapshotter": true}}' >"$docker/elsewhere.json"
    begin "$docker/elsewhere" --config-file "$docker/elsewhere.json"
    give "$docker/elsewhere" debian:12
    ;;
stop)
    end "$docker"
    end "$docker/elsewhere"
    ;;
*)
    sed -n '2,8s/^# \{0,1\}//p' "$script" >&2
    exit 2
    ;;
esac
