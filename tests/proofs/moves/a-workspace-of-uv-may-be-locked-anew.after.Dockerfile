FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim
WORKDIR /app
COPY pyproject.toml uv.lock ./
COPY packages/b/pyproject.toml ./packages/b/
RUN uv sync --no-install-workspace
COPY . .
