FROM debian:12
RUN set -eux; \
	apt-get update; \
	apt-get install -y curl

# the tool
RUN set -eux; \
	curl -O https://example.com/tool; \
	chmod +x tool
