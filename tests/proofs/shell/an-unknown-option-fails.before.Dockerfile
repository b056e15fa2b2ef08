FROM base
RUN set -e && set -e
