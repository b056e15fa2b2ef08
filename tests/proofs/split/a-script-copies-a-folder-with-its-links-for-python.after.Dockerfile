FROM python:3.12 AS build
WORKDIR /app
COPY . .
RUN python build.py

FROM python:3.12-slim
RUN apt-get update && apt-get install -y media-types && rm -rf /var/lib/apt/lists/*
COPY --from=build /app/public /app/public
WORKDIR /app
CMD ["python", "-m", "http.server", "8000", "--directory", "public"]
