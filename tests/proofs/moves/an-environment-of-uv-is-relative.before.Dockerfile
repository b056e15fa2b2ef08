FROM python:3.13
WORKDIR /app
ENV UV_PROJECT_ENVIRONMENT=environment
RUN pip install uv
COPY . .
RUN uv sync --frozen --no-install-project
