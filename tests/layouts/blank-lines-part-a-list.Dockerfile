FROM debian:12
RUN apt-get update && apt-get install -y \

    zsh \
    git \

    vim \
    bash \

    # for the tests
    jq
RUN pip install \
    b \
	

    a
