FROM debian:12
RUN make one
# hadolint ignore=DL3008,DL3059
RUN make two
RUN make three
# tally ignore=hadolint/DL3059;reason=wanted
RUN make four
