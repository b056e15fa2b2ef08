FROM debian:12
ARG PLACE
COPY . /app
COPY . $PLACE
RUN chown -R app:app /app
