FROM python:3.11-bookworm
ENV FETCHER=wget
WORKDIR /app
COPY . .
ENTRYPOINT ["./entry.sh"]
