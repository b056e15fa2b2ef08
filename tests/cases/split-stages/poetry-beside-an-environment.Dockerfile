FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc libpq-dev
WORKDIR /app
ENV POETRY_VIRTUALENVS_CREATE=false
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
RUN pip install poetry
COPY pyproject.toml ./
RUN poetry install --no-root
COPY . .
CMD ["python", "main.py"]
