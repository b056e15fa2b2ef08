FROM python:3.12-bookworm
ENV PIP_NO_BINARY=:all:
RUN pip install numpy
CMD ["python"]
