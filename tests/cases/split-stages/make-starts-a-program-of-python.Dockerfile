FROM python:3.11-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libxml2-dev libxslt1-dev
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-binary lxml -r requirements.txt
COPY app.py Makefile ./
CMD ["make", "run"]
