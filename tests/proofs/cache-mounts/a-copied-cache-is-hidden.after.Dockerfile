FROM python:3.12
COPY cache /root/.cache/pip
RUN --mount=type=cache,target=/root/.cache/pip pip install flask
