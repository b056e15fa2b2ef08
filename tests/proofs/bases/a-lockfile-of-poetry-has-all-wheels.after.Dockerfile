FROM python:3.12-slim
RUN pip install poetry
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --only main --no-root
CMD ["python", "-m", "flask", "run"]
