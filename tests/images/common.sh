# shellcheck shell=bash
# What both scripts of the image tests need to know; sourced by them, from the checkout's root.

# Everything that is made goes below this folder; only packages are installed on the machine itself.
place=${DOCKSLIM_IMAGES:-${CARGO_TARGET_DIR:-target}/images}
mkdir -p "$place"
place=$(cd "$place" && pwd)
export CONTAINERS_STORAGE_CONF=$place/storage.conf CONTAINERS_REGISTRIES_CONF=$place/registries.conf BUILDAH_ISOLATION=chroot

fail() {
    echo "$0: $*" >&2
    exit 1
}

# One script at a time, and as root: file systems are mounted and users made.
alone() {
    [ "$(id -u)" = 0 ] || fail "needs root, for file systems and users of images"
    command -v apt-get >/dev/null || fail "needs Debian or a system made of it"
    exec {lock}>"$place/lock"
    flock "$lock"
}

# Installs the packages named like their programs that are missing.
need() {
    local missing=() program
    for program; do
        command -v "$program" >/dev/null || missing+=("$program")
    done
    if ((${#missing[@]})); then
        apt-get -qq update
        DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
    fi
}

# Where this machine's packages come from; fails where it does not say.
mirror() {
    local found
    found=$(grep -rhoE '^(URIs:|deb( \[[^]]*\])?) +[a-z]+://[^ ]*debian/?( |$)' /etc/apt/sources.list* 2>/dev/null |
        grep -oE '[a-z]+://[^ ]+' | sed -n 1p || true)
    [ -n "$found" ] || fail "finds no mirror of Debian in the sources of apt"
    echo "$found"
}
