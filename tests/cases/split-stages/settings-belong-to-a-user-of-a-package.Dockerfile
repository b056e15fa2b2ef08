FROM debian:bookworm
RUN apt-get update && apt-get install -y ffmpeg gcc python3-dev python3-pip redis-server
COPY app /srv/app
RUN pip3 install --break-system-packages -r /srv/app/requirements.txt
RUN echo 'maxmemory 64mb' >> /etc/redis/redis.conf
CMD ["python3", "/srv/app/main.py"]
