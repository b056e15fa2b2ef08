FROM debian:12
COPY src /src
RUN apt-get update && apt-get install -y gcc libc6-dev make && make -C /src install
CMD ["server"]
