FROM python:3.12
RUN pip install uv
WORKDIR /app
COPY pyproject.toml ./
RUN uv sync --no-dev
COPY shop.py ./
CMD ["uv", "run", "--no-sync", "shop.py"]
