FROM debian:12
RUN apt-get update && apt-get install -y git
# no git@ addresses here
RUN git clone https://example.com/a/b.git /src
CMD ["/src/run"]
