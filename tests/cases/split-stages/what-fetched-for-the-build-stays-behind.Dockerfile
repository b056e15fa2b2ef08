FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y gcc libffi-dev curl git unzip
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
HEALTHCHECK CMD curl -f http://localhost:8000/
CMD ["gunicorn", "app:app"]
