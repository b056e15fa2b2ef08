FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y gcc libpq-dev libxslt1-dev
WORKDIR /srv
COPY requirements.txt .
RUN pip install -r requirements.txt --no-binary :all:
COPY app.py .
CMD ["python", "app.py"]
