FROM python:3.11-slim-bookworm
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install --no-install-recommends -y fonts-dejavu-core && rm -rf /var/lib/apt/lists/* && pip install --no-cache-dir flask==3.0.0
CMD ["python", "app.py"]
