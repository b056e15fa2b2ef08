FROM debian:12
RUN apt-get update && apt-get install -y git
RUN git clone git@example.com:a/b.git /src
