FROM python:3.12-bookworm
RUN curl-config --version
CMD ["python"]
