FROM python:3.12
RUN pip install poetry==1.8.5
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry config virtualenvs.create false && poetry install --only main --no-root
COPY shop.py ./
CMD ["python", "shop.py"]
