FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y gcc libpq-dev
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
RUN ln -s /app/data /data
CMD ["python", "app.py"]
