FROM debian:12
RUN if grep -q \
            curl \
            list \
    ; then \
        echo done; \
    fi \
    \
    && true
