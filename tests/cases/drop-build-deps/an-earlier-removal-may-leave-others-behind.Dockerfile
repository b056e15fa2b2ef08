FROM python:3.12-slim
RUN apt-get update && apt-get install -y wget
COPY requirements.txt .
RUN apt-get remove -y wget
COPY app.py .
RUN apt-get install -y gcc && pip install -r requirements.txt
CMD ["python", "app.py"]
