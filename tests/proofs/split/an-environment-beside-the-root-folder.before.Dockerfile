FROM debian:bookworm
RUN apt-get update && apt-get install -y python3 python3.11-venv gcc
RUN python3 -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY app.py /app.py
CMD ["python", "/app.py"]
