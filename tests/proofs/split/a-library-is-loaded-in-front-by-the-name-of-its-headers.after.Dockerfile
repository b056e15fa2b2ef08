FROM python:3.12-bookworm AS build
RUN apt-get update && apt-get install -y gcc libjemalloc-dev && pip install uvloop
RUN rm -rf /usr/local/lib/python3.12/site-packages/pip /usr/local/lib/python3.12/site-packages/pip-*

FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y libjemalloc2 && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages
COPY --from=build /usr/local/bin /usr/local/bin
COPY --from=build /usr/local/etc /usr/local/etc
COPY --from=build /usr/local/share /usr/local/share
ENV LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libjemalloc.so
COPY app.py /srv/
CMD ["python", "/srv/app.py"]
