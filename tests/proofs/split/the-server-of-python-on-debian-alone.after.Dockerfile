FROM python:3.12 AS build
WORKDIR /docs
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
RUN mkdocs build

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y media-types python3 && rm -rf /var/lib/apt/lists/*
COPY --from=build /docs/site /docs/site
WORKDIR /docs
CMD ["python", "-m", "http.server", "8000", "--directory", "site"]
