# syntax=docker/dockerfile:1
FROM python:3.12
RUN <<EOF
set -e
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc libpq-dev
EOF
WORKDIR /app
COPY requirements.txt .
RUN <<EOF
pip install --upgrade pip
pip install -r requirements.txt
EOF
COPY . .
CMD ["python", "app.py"]
