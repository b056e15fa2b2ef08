FROM python:3.12-slim
RUN apt-get update && apt-get upgrade -y && apt-get install -y gcc && pip install uwsgi
CMD ["python", "app.py"]
