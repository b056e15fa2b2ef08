FROM python:3.12-bookworm
RUN apt-get update && apt-get install --no-install-recommends -y gcc libffi-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /srv
COPY . .
RUN pip install --no-cache-dir -r requirements.txt
CMD ["python", "app.py"]
