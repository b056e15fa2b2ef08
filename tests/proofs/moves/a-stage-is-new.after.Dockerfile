FROM debian:12 AS one
COPY . /app
RUN make
FROM debian:12
COPY . /app
