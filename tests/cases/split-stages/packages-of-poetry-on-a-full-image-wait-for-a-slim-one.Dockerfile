FROM python:3.11
RUN apt-get update && apt-get install -y --no-install-recommends libxml2-dev libxslt1-dev gcc
RUN pip install poetry
WORKDIR /app
COPY . .
RUN poetry config virtualenvs.create false
RUN poetry install
CMD ["python", "-m", "feeds"]
