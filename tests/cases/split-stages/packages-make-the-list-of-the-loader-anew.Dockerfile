FROM gcc:13
WORKDIR /src
COPY . .
RUN make && make install
RUN apt-get update && apt-get install -y --no-install-recommends libuv1-dev
CMD ["app"]
