FROM python:3.12-slim-bookworm
ENV PIP_NO_BINARY=:all:
RUN pip install numpy
CMD ["python"]
