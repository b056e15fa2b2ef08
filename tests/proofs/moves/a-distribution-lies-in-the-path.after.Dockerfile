FROM python:3.12
WORKDIR /app
ENV PYTHONPATH=/app/vendor
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
