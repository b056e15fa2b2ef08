FROM python:3.12
RUN gcc --version
CMD ["python3"]
