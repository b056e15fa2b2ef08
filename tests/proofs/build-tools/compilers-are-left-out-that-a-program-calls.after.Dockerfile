FROM debian:12
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip && rm -rf /var/lib/apt/lists/*
COPY requirements.txt .
RUN pip install --break-system-packages -r requirements.txt
COPY app.py .
CMD ["python3", "app.py"]
