FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y gcc libjemalloc-dev && pip install uvloop
ENV LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libjemalloc.so
COPY app.py /srv/
CMD ["python", "/srv/app.py"]
