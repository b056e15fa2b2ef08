FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y gcc libc6-dev
COPY main.c /src/
RUN gcc -static -o /main /src/main.c

FROM debian:bookworm-slim
COPY --from=build /main /
CMD ["/main"]
