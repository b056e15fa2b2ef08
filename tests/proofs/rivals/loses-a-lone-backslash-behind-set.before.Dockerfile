FROM debian:12
RUN set -eux; \
	\
	saved="$(apt-mark showmanual)"; \
	echo "$saved"
