FROM python:3.12 AS build
WORKDIR /docs
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
RUN mkdocs build

FROM python:3.12-slim
RUN apt-get update && apt-get install -y media-types && rm -rf /var/lib/apt/lists/*
COPY --from=build /docs/site /docs/site
WORKDIR /docs
CMD ["/usr/bin/python3", "-m", "http.server", "8000", "-d", "site"]
