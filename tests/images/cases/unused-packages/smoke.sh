#!/bin/sh
# Runs the program of the image and looks at what it prints.
set -e
if [ "$ENGINE" = buildah ]; then
    container=$(buildah from --pull-never "$IMAGE")
    trap 'buildah rm "$container" >/dev/null' EXIT
    said=$(buildah run "$container" -- /usr/local/bin/serve.sh)
else
    said=$("$ENGINE" run --rm --network=none "$IMAGE")
fi
echo "$said" | grep -q 80/tcp
