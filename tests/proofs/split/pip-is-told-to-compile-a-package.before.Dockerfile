FROM python:3.11-bookworm
WORKDIR /app
COPY requirements.txt .
RUN apt-get update && apt-get install -y --no-install-recommends gcc
RUN pip install -r requirements.txt
COPY . .
CMD ["python", "app.py"]
