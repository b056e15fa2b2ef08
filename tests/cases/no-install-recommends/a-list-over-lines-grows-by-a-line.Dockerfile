FROM debian:12
RUN apt-get update && \
	apt-get -yq install \
		curl \
		# for the archive
		unzip && \
	apt-get clean
