FROM ubuntu:22.04
RUN groupadd app && useradd -g app app
USER app
COPY --chown=app:app . /app
