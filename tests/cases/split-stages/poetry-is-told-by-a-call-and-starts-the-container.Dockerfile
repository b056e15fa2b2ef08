FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev
RUN pip install poetry==1.8.3
RUN poetry config virtualenvs.create false
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-interaction --no-root --only main
COPY shop shop
CMD ["poetry", "run", "flask", "--app", "shop", "run"]
