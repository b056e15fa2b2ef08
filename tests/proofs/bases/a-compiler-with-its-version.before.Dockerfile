FROM python:3.12-bookworm
RUN gcc-12 --version
CMD ["python"]
