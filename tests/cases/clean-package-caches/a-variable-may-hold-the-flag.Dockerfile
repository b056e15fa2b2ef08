FROM python:3.12
ARG OPTIONS
RUN uv pip install $OPTIONS flask
