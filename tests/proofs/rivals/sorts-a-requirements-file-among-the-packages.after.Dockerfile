FROM python:3.12
RUN pip install https://wheels.example numpy torch -f
