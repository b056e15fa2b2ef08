FROM base
RUN set -o | grep errexit
