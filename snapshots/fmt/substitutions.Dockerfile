FROM debian:12
RUN set -eux; \
    runDeps="$( \
        scanelf --recursive /usr/local \
            | sort -u \
    )"; \
    echo "$(uname -m)" `uname  -s` "a   $(b)   c" $(( 1 +  2 ))
