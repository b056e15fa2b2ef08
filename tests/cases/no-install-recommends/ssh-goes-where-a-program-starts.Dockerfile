FROM debian:12 AS base
RUN apt-get update && apt-get install -y git
FROM base AS app
ENTRYPOINT ["/bin/bash", "-c"]
CMD ["/app"]
FROM debian:12 AS other
RUN apt-get update && apt-get install -y mercurial
CMD ["bash", "/start.sh"]
