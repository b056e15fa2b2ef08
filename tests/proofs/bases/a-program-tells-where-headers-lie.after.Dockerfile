FROM python:3.12-slim-bookworm
RUN curl-config --version
CMD ["python"]
