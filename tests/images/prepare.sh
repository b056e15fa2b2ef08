#!/usr/bin/env bash
# Makes what the image tests build on: stand-ins for official images, from Debian's packages, in a store of buildah of their own
# under target/images. As root, on Debian, in about two minutes; a second run finds all in place.
#
#     tests/images/prepare.sh && cargo test --test suite -- images
#
# Nothing outside of target/images is touched; remove that folder to be rid of it all.
set -euo pipefail
cd "$(dirname "$0")/../.."
place=${DOCKSLIM_IMAGES:-${CARGO_TARGET_DIR:-target}/images}
mkdir -p "$place"
place=$(cd "$place" && pwd)

missing=()
for program in buildah debootstrap crun; do
    command -v "$program" >/dev/null || missing+=("$program")
done
if ((${#missing[@]})); then
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
fi

cat >"$place/storage.conf" <<CONF
[storage]
driver = "${DOCKSLIM_IMAGES_DRIVER:-overlay}"
graphroot = "$place/store"
runroot = "$place/run"
CONF
printf 'unqualified-search-registries = ["docker.io"]\nshort-name-mode = "disabled"\n' >"$place/registries.conf"
export CONTAINERS_STORAGE_CONF=$place/storage.conf CONTAINERS_REGISTRIES_CONF=$place/registries.conf BUILDAH_ISOLATION=chroot

has() { buildah inspect --type image "docker.io/library/$1" >/dev/null 2>&1; }

if ! has debian:12; then
    root=$place/root
    rm -rf "$root"
    mirror=$(grep -rhoE '^(URIs:|deb( \[[^]]*\])?) +[a-z]+://[^ ]*debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null |
        grep -oE '[a-z]+://[^ ]+' | sed -n 1p || true)
    debootstrap --variant=minbase bookworm "$root" ${mirror:+"$mirror"} >"$place/debootstrap.log"
    # As in the official image: no lists, no caches, no services, and packages go without asking.
    cp -rL /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/" 2>/dev/null && : >"$root/etc/apt/sources.list"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    printf 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };\n' >"$root/etc/apt/apt.conf.d/docker-clean"
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/docker-apt-speedup"
    rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/log/*.log "$root"/dev/* "$root/etc/resolv.conf" "$root/etc/hostname"
    tar --numeric-owner --sort=name -C "$root" -cf "$place/debian.tar" .
    rm -rf "$root"
    printf 'FROM scratch\nADD debian.tar /\nCMD ["bash"]\n' >"$place/Dockerfile"
    buildah build --quiet --format docker --tag docker.io/library/debian:12 --file "$place/Dockerfile" "$place" >/dev/null
    rm -f "$place/debian.tar" "$place/Dockerfile"
fi

# Other bases: Debian with the program that they are named after.
stand_in() {
    has "$1" && return
    printf 'FROM docker.io/library/debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends %s && rm -rf /var/lib/apt/lists/*\n%s\n' \
        "$2" "$3" | buildah build --quiet --pull-never --format docker --tag "docker.io/library/$1" --file - "$place/empty" >/dev/null
}
mkdir -p "$place/empty"
stand_in python:3.11-slim python3 'RUN ln -s python3 /usr/bin/python
CMD ["python3"]'
stand_in node:18-slim nodejs 'RUN useradd --create-home node
CMD ["node"]'
buildah images
