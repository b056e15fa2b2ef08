FROM python:3.11-bookworm
ARG PSYCOPG
WORKDIR /app
RUN pip install "psycopg2==$PSYCOPG"
COPY app.py .
CMD ["python", "app.py"]
