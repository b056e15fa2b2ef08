FROM base
RUN set -o pipefail
RUN touch g
