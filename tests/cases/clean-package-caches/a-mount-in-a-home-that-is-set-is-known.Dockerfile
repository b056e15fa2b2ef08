FROM debian:12
ENV HOME=/app
RUN --mount=type=cache,target=/app/.cache/pip pip install flask
