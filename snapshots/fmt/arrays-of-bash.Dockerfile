FROM debian:12
SHELL ["/bin/bash", "-c"]
RUN cd /tmp || exit 1; \
    PARTS=( \
        "one-${ARCH}" \
        "two" \
    ); \
    for PART in "${PARTS[@]}"; do \
        tar xf "$PART"; \
        NAMES=(a b); EMPTY=(); \
    done
RUN A=(1 2) && B+=(3) && C=([x]=1 [y]="$(date)")
