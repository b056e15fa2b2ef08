FROM python:3.12
COPY home/ /root/
RUN --mount=type=cache,target=/root/.cache/pip pip install flask
