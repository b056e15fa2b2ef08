FROM debian:12
RUN (cd /src && make) && { echo a; echo b; } && rm -rf /src
RUN ( (echo a); echo b)
RUN { \
        echo a; \
        echo b; \
    } > /file \
    && ( \
        cd /src \
        && make \
    )
