FROM debian:12
RUN apt-get update && apt-get install -y curl \
    && curl -o /tool https://example.com/tool \
    && apt-get purge -y --auto-remove curl
