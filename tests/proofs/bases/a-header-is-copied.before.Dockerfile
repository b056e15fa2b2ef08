FROM python:3.12-bookworm
RUN cp /usr/include/zlib.h /tmp/
CMD ["python"]
