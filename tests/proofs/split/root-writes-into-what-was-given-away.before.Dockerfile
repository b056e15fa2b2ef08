FROM python:3.11-slim
RUN apt-get update && apt-get install -y gcc && useradd -m web
WORKDIR /app
COPY . /home/web/src
WORKDIR /home/web/src
RUN pip install -r requirements.txt
RUN chown -R web:web /home/web
RUN echo 1 > /home/web/src/v.txt
USER web
CMD ["python","app.py"]
