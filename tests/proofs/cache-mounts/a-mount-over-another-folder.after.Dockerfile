FROM python:3.12
RUN --mount=type=cache,target=/usr/local/lib pip install flask
