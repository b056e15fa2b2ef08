FROM python:3.11-bookworm
ENV PSYCOPG=2.9.9
WORKDIR /app
RUN pip install "psycopg2==$PSYCOPG"
COPY app.py .
CMD ["python", "app.py"]
