FROM debian:12 AS build
RUN apt-get update
RUN apt-get install -y gcc
RUN make

FROM debian:12
COPY --from=build /a /a
