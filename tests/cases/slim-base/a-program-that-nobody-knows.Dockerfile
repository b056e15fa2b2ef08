FROM python:3.12
RUN mystery --setup
CMD ["python3"]
