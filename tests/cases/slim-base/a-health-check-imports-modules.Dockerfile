FROM python:3.11-bookworm
WORKDIR /app
COPY app.py .
HEALTHCHECK CMD python -c "import socket as net; net.create_connection(('localhost', 80))"
CMD ["python", "app.py"]
