FROM python:3.12
COPY --from=ghcr.io/astral-sh/uv:0.4 /uv /uvx /bin/
WORKDIR /app
COPY . .
RUN uv sync --locked
CMD ["/app/.venv/bin/shop"]
