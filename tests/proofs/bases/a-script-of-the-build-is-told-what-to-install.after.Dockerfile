FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN sh setup.sh
CMD ["python", "app.py"]
