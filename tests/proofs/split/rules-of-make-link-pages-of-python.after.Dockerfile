FROM python:3.12 AS build
WORKDIR /docs
COPY . .
RUN pip install sphinx==7.3.7
RUN make html

FROM python:3.12-slim
RUN apt-get update && apt-get install -y media-types && rm -rf /var/lib/apt/lists/*
COPY --from=build /docs/_build/html /docs/_build/html
WORKDIR /docs
CMD ["python", "-m", "http.server", "8000", "-d", "_build/html"]
