#!/bin/sh
# Runs the program of the image and looks at what it prints.
set -e
if [ "$ENGINE" = buildah ]; then
    container=$(buildah from --pull-never "$IMAGE")
    trap 'buildah rm "$container" >/dev/null' EXIT
    said=$(buildah run "$container" -- hello)
else
    said=$("$ENGINE" run --rm --network=none "$IMAGE")
fi
[ "$said" = hello ]
