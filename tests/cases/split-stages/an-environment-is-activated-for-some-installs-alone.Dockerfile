FROM python:3.11-bookworm
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends gcc libxml2-dev
COPY requirements.txt .
RUN python -m venv venv && . venv/bin/activate && pip install -r requirements.txt
RUN pip install psycopg2
COPY app.py .
CMD ["venv/bin/python", "app.py"]
