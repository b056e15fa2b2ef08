FROM debian:12 AS one
RUN make
FROM debian:12
COPY . /app
