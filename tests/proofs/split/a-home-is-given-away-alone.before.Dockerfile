FROM python:3.11-slim
RUN apt-get update && apt-get install -y gcc
RUN useradd -m web
COPY . /home/web/src
WORKDIR /home/web/src
RUN pip install -r requirements.txt
RUN chmod 600 secret.key
RUN chown web /home/web
USER web
CMD ["python","app.py"]
