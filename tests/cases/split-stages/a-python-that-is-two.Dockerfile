FROM debian:buster
RUN apt-get update && apt-get install -y python-pip python-dev
COPY . /app
RUN pip install -r /app/requirements.txt
CMD ["python", "/app/app.py"]
