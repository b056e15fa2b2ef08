FROM debian:bookworm-slim AS base
RUN apt-get update && apt-get install -y ruby build-essential && rm -rf /var/lib/apt/lists/*

FROM base
COPY app.rb /app/
CMD ["ruby", "/app/app.rb"]
