FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends build-essential python3 && rm -rf /var/lib/apt/lists/*
RUN ln -s /usr/share/dpkg/default.mk /opt/x
COPY main.py /app/
CMD ["python3", "/app/main.py"]
