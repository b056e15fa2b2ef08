FROM python:3.12
RUN pip install uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
RUN uv run --frozen --no-dev python manage.py check
COPY shop.py ./
CMD ["uv", "run", "--no-sync", "shop.py"]
