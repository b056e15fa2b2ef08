FROM python:3.12-alpine
RUN apk upgrade --no-cache
RUN apk add --no-cache gcc musl-dev libffi-dev postgresql-dev
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD ["python", "app.py"]
