FROM debian:12
HEALTHCHECK --interval=10m CMD /check
