FROM debian:12
USER app
COPY --chown=app conf /conf
