FROM python:3.12-slim-bookworm
RUN cp /usr/include/zlib.h /tmp/
CMD ["python"]
