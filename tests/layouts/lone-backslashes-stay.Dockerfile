FROM debian:12
RUN set -eux; \
	\
	apt-get install -y \
		make \
		\
		gcc \
	; \
	\
	\
	make
