FROM python:3.11-bookworm
RUN apt-get update && apt-get install --no-install-recommends -y file && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY app.py .
CMD ["python", "app.py"]
