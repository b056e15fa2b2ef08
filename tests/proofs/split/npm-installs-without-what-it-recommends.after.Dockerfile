FROM ubuntu:22.04 AS build
RUN apt-get update && apt-get install -y nodejs npm
WORKDIR /app
COPY . .
RUN npm install

FROM ubuntu:22.04
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates nodejs npm && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
WORKDIR /app
CMD ["./start.sh"]
