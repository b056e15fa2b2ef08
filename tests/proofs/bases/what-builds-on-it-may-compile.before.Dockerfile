FROM python:3.12-bookworm
ONBUILD RUN gcc x.c
CMD ["python"]
