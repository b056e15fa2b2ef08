FROM python:3.12-slim-bookworm
ONBUILD RUN gcc x.c
CMD ["python"]
