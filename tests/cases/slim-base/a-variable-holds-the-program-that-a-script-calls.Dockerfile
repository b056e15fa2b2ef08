FROM python:3.11-bookworm
ENV FETCHER=wget PLACE=/app FREE=1
WORKDIR /app
COPY . .
ENTRYPOINT ["./entry.sh"]
