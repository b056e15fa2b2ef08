# syntax=docker/dockerfile:1
FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN <<EOF
pip install --no-cache-dir -r requirements.txt
EOF
CMD ["python", "app.py"]
