FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc libpq-dev
WORKDIR /app
RUN pip install pipenv
RUN pipenv install --system
COPY . .
CMD ["python", "main.py"]
