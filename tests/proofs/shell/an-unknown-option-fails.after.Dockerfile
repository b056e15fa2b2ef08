FROM base
RUN set -eset -e
