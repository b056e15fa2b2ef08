FROM debian:12
RUN if [ -f a ]; then echo a; else echo b; fi
RUN if [ -f a ]; then \
        echo a; \
    elif [ -f b ]; then \
        echo b \
        && echo c \
        && echo d; \
    else \
        :; \
    fi \
        && for x in 1 2 \
                3; do \
            while read -r y; do echo "$x$y"; done; \
        done; \
    case "$x" in \
        a|b) echo a ;; \
        (c) \
            echo c \
            ;; \
        *) ;; \
    esac; \
    f() { echo "$1"; }; \
    until f; do sleep 1; done
