FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y ffmpeg gcc python3-dev python3-pip redis-server
COPY app /srv/app
RUN pip3 install --break-system-packages -r /srv/app/requirements.txt
RUN echo 'maxmemory 64mb' >> /etc/redis/redis.conf

FROM debian:bookworm
RUN apt-get update && apt-get install -y python3 python3-setuptools ffmpeg redis-server && rm -rf /var/lib/apt/lists/*
COPY --from=build /etc/redis/redis.conf /etc/redis/
COPY --from=build /usr/local /usr/local
COPY --from=build /srv/app /srv/app
CMD ["python3", "/srv/app/main.py"]
