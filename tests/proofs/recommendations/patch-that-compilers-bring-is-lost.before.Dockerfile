FROM ubuntu:22.04
RUN apt-get update && apt-get install -y python3 python3-pip && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt fix.patch k.asc ./
RUN pip3 install --no-cache-dir -r requirements.txt
RUN patch -p1 -d /usr/local/lib/python3.10/dist-packages/flask -i /app/fix.patch
COPY app.py .
CMD ["python3", "app.py"]
