FROM base
RUN set -e && trap 'mv f g' EXIT
