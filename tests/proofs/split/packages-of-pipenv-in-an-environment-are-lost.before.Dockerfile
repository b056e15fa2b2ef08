FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev
RUN pip install pipenv
WORKDIR /app
COPY Pipfile ./
RUN pipenv install --skip-lock
COPY app.py ./
CMD ["python", "app.py"]
