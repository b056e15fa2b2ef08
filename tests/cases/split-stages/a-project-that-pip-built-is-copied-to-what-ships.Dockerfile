FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY setup.py ./
COPY fast ./fast/
RUN pip install --no-cache-dir --no-compile .
COPY . .
CMD ["python", "app.py"]
