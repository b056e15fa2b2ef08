FROM python:3.11-slim
RUN apt-get update && apt-get install -y gcc
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
RUN useradd web && mkdir -p /data /var/log/web && chown web /data /var/log/web
USER web
CMD ["python", "app.py"]
