FROM python:3.7-stretch
RUN apt-get update && apt-get install -y --no-install-recommends libxml2-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /job
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["python", "job.py"]
