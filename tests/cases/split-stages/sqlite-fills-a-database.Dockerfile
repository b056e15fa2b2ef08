FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc libc6-dev make libsqlite3-dev sqlite3
WORKDIR /src
COPY . .
RUN make && make install
RUN mkdir -p /data && sqlite3 /data/ledger.db < seed.sql
CMD ["ledger"]
