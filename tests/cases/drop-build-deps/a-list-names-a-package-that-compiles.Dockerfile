FROM python:3.12-alpine
RUN apk add --no-cache gcc musl-dev && pip install --no-cache-dir -r requirements.txt
COPY . .
CMD ["python", "app.py"]
