FROM python:3.12
COPY rootfs /
RUN --mount=type=cache,target=/root/.cache/pip pip install flask
