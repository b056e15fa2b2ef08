FROM debian:12 AS build
WORKDIR /src
RUN apt-get update && apt-get install -y gcc libc6-dev git
COPY . .
RUN gcc -O2 -o /usr/local/bin/x main.c

FROM debian:12
COPY --from=build /usr/local/bin/x /usr/local/bin/
WORKDIR /src
ENV HOOK="git --version"
CMD ["x"]
