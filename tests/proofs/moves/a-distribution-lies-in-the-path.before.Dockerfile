FROM python:3.12
WORKDIR /app
ENV PYTHONPATH=/app/vendor
COPY . .
RUN pip install -r requirements.txt
