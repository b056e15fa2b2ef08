FROM python:3.11-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libxml2-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /job
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["python", "job.py"]
