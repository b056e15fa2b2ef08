FROM python:3.12-alpine
RUN apk add --no-cache gcc musl-dev geos-dev
WORKDIR /srv
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["python", "app.py"]
