FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends build-essential
COPY . /src
WORKDIR /src
RUN make && make install
RUN apt-get purge -y build-essential && apt-get autoremove -y
CMD ["tool"]
