FROM python:3.12-slim-bookworm
RUN gcc-12 --version
CMD ["python"]
