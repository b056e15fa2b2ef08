FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim
WORKDIR /app
ENV PATH="/app/.venv/bin:$PATH"
COPY . .
RUN uv sync --locked --no-install-project
