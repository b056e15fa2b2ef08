FROM debian:12
RUN apt-get update
# for the health check
RUN apt-get install -y curl

# the second tool

RUN curl -O https://example.com/tool # pinned below
RUN ./tool --version
