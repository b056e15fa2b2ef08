FROM python:3.11-slim
RUN apt-get update && apt-get install -y gcc musl-dev
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY app.py .
CMD ["python", "app.py"]
