FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends build-essential libzstd-dev
COPY . /src
WORKDIR /src
RUN make && make install
RUN apt-get purge -y build-essential libzstd-dev
CMD ["tool"]
