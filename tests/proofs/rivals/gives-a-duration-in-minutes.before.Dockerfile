FROM debian:12
HEALTHCHECK --interval=600s CMD /check
