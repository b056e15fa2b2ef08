FROM python:3.12-bookworm
ENV LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libmariadb.so.3
CMD ["python"]
