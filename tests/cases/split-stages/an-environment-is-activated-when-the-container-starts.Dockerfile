FROM python:3.11-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libxml2-dev
WORKDIR /app
COPY requirements.txt .
RUN python -m venv venv && . ./venv/bin/activate && pip install -r requirements.txt
COPY app.py .
CMD . venv/bin/activate && exec flask run
