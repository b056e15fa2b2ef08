FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*
ENV NUMBER=1000
RUN useradd -u ${NUMBER} shop
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
ENV NUMBER=2000
COPY . .
USER shop
CMD ["python", "app.py"]
