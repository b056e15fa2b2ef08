FROM base
RUN set -e; (trap 'test -f f' EXIT; touch g) && cd d1
