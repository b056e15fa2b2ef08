FROM python:3.11-bookworm
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir flask==3.0.0
CMD ["python", "app.py"]
