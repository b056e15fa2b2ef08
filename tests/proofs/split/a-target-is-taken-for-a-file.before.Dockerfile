FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev && rm -rf /var/lib/apt/lists/*
COPY requirements.txt /app/
RUN pip install --no-cache-dir --no-compile -r /app/requirements.txt
COPY app.py /app
CMD ["python", "/app/app.py"]
