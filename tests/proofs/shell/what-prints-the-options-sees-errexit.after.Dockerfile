FROM base
RUN <<'S'
set -e
set -o | grep errexit
S
