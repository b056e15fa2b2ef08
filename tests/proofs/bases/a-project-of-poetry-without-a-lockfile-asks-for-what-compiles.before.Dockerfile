FROM python:3.12
RUN pip install poetry==1.8.3
WORKDIR /app
COPY pyproject.toml shop.py ./
RUN poetry config virtualenvs.create false && poetry install --no-root
CMD ["python", "shop.py"]
