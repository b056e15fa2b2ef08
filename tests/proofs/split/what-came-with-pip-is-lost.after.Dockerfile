FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y python3-pip
RUN pip3 install board

FROM debian:bookworm
RUN apt-get update && apt-get install -y python3 && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local /usr/local
CMD ["board"]
