FROM debian:12
ENV A x ${B:-"y"} z
