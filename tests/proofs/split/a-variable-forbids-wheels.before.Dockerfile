FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y gcc libpq-dev libxslt1-dev
WORKDIR /srv
COPY requirements.txt .
ENV PIP_NO_BINARY=lxml
RUN pip install -r requirements.txt
COPY app.py .
CMD ["python", "app.py"]
