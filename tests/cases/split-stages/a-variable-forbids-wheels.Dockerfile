FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y gcc libpq-dev libxml2-dev libxslt1-dev
WORKDIR /srv/app
ENV PIP_NO_BINARY=lxml
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
CMD ["python", "report.py"]
