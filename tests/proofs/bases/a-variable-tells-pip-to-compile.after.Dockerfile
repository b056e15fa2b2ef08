FROM python:3.11-slim-bookworm
ENV PIP_NO_BINARY=:all:
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY app.py .
CMD ["python", "app.py"]
