FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y gcc default-libmysqlclient-dev
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY main.py .
CMD ["python", "main.py"]
