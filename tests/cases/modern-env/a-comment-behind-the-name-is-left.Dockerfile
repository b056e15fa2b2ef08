FROM debian:12
ENV A \
    # the reason
    b
