#!/usr/bin/env bash
# Makes what the image tests build on: stand-ins for official images, from Debian's packages, in a store of buildah of their own
# below target/images. As root, on Debian, in about three minutes; a second run finds all in place.
#
#     tests/images/prepare.sh && cargo test --test suite -- images
#
# buildah, debootstrap and crun are installed where they are missing; all else stays in that folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/images/common.sh
. tests/images/common.sh
alone
need buildah debootstrap crun

cat >"$place/storage.conf" <<CONF
[storage]
driver = "${DOCKSLIM_IMAGES_DRIVER:-overlay}"
graphroot = "$place/store"
runroot = "$place/run"
CONF
printf 'unqualified-search-registries = ["docker.io"]\nshort-name-mode = "disabled"\n' >"$place/registries.conf"
mkdir -p "$place/empty"

has() { buildah inspect --type image "docker.io/library/$1" >/dev/null 2>&1; }

if ! has debian:12; then
    root=$place/root
    rm -rf "${root:?}"
    debootstrap --variant=minbase bookworm "$root" "$(mirror)" >"$place/debootstrap.log" || fail "see $place/debootstrap.log"
    # As in the official image: no lists, no caches, no services, and packages go without asking.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    printf 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };\n' >"$root/etc/apt/apt.conf.d/docker-clean"
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/docker-apt-speedup"
    # Manuals and translations, as the slim image leaves them out, here of all images: each is read, packed and sent many times.
    for folder in doc info locale man; do
        echo "path-exclude /usr/share/$folder/*"
        find "$root/usr/share/$folder" -mindepth 1 -delete
    done >"$root/etc/dpkg/dpkg.cfg.d/docker"
    for folder in var/lib/apt/lists var/cache/apt dev; do find "$root/$folder" -mindepth 1 -delete; done
    rm -f "$root"/var/log/*.log "$root/etc/resolv.conf" "$root/etc/hostname"
    tar --numeric-owner --sort=name -C "$root" -cf "$place/debian.tar" .
    rm -rf "${root:?}"
    printf 'FROM scratch\nADD debian.tar /\nCMD ["bash"]\n' |
        buildah build --quiet --format docker --tag docker.io/library/debian:12 --file - "$place" >/dev/null
    rm -f "$place/debian.tar"
fi

# Makes an image of Debian with a package, and what else is told, unless there is one.
stand_in() {
    local image=$1 package=$2 more=$3
    has "$image" && return
    printf 'FROM docker.io/library/debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends %s && rm -rf /var/lib/apt/lists/*\n%s\n' \
        "$package" "$more" | buildah build --quiet --pull-never --format docker --tag "docker.io/library/$image" --file - "$place/empty" >/dev/null
}
python='RUN ln -s python3 /usr/bin/python && rm /usr/lib/python3*/EXTERNALLY-MANAGED
CMD ["python3"]'
stand_in python:3.11-slim "python3 python3-pip python3-venv" "$python"
# Of what the full image holds besides, enough to see that it goes.
stand_in python:3.11 "python3 python3-pip python3-venv ca-certificates curl git" "$python"
# Its compilers, as far as they are small.
stand_in php:8.2-cli "php8.2-cli autoconf libc6-dev make re2c" 'ENV PHPIZE_DEPS="autoconf make re2c"
CMD ["php", "-a"]'
stand_in golang:1.19 golang-go 'WORKDIR /go'
stand_in node:18-slim nodejs 'RUN useradd --create-home node
CMD ["node"]'
buildah images
