FROM python:3.11-slim-bookworm
ENV FETCHER=wget
WORKDIR /app
COPY . .
ENTRYPOINT ["./entry.sh"]
