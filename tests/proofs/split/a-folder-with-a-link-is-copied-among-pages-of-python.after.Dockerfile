FROM python:3.12 AS build
WORKDIR /app
COPY . .
RUN mkdir -p dist && cp -r static dist/static && python render.py dist

FROM python:3.12-slim
RUN apt-get update && apt-get install -y media-types && rm -rf /var/lib/apt/lists/*
COPY --from=build /app/dist /app/dist
WORKDIR /app
CMD ["python", "-m", "http.server", "80", "-d", "dist"]
