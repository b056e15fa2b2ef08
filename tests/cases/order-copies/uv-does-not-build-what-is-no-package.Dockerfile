FROM python:3.12-slim
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/
COPY . /app
WORKDIR /app
RUN uv sync --frozen
