FROM base
RUN set -e
RUN trap 'mv f g' EXIT
