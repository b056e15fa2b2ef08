FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev
RUN pip install poetry==1.8.3
ENV POETRY_VIRTUALENVS_CREATE=false
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-interaction --no-root --only main
COPY shop shop
CMD ["flask", "--app", "shop", "run"]
