FROM python:3.12
RUN apt-get update && apt-get install -y gcc && useradd -m app
USER app
COPY requirements.txt .
RUN pip install -r requirements.txt
CMD ["python", "-m", "app"]
