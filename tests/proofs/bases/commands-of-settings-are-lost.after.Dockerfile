FROM python:3.12-slim
RUN pip install --no-cache-dir PyYAML==6.0.1
WORKDIR /app
COPY . .
CMD ["python", "app.py"]
