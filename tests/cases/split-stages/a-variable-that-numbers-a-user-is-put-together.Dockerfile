FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*
ENV NUMBER=10
ENV NUMBER=${NUMBER}00
RUN useradd -u ${NUMBER} shop
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
USER shop
CMD ["python", "app.py"]
