FROM debian:12
RUN case "$(uname -m)" in \
        x86_64) arch=amd64 ;; \
        *) echo >&2 "no $arch"; exit 1 ;; \
    esac; \
    for x in 1 \
            2 \
            3; do \
        for y in a b; do \
            if [ -n "$y" ]; then \
                echo "$x$y"; \
            else \
                :; \
            fi; \
        done; \
    done; \
    { \
        echo a; \
        echo b; \
    }
RUN version="$( \
        curl -s https://example.com/version \
            | tail -1 \
    )" \
    && echo "$version"
RUN for key in \
        A \
        B \
    ; do \
        gpg --recv-keys "$key"; \
    done
