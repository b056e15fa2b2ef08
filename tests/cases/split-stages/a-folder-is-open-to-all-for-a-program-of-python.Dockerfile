FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y gcc libpq-dev
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
RUN mkdir -p /data && chmod 777 /data
COPY . .
USER nobody
CMD ["python", "app.py"]
