FROM python:3.13
WORKDIR /app
ENV UV_PROJECT_ENVIRONMENT=environment
RUN pip install uv
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-install-project
COPY . .
