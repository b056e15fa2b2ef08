FROM debian:12
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates jq
RUN apt-get purge -y ca-certificates
RUN apt-get install -y wget
