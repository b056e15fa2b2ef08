FROM python:3.11-bookworm
RUN apt-get update && apt-get install --no-install-recommends -y curl && rm -rf /var/lib/apt/lists/*
WORKDIR /w
COPY . .
CMD ["python", "w.py"]
