FROM debian:12
ENV OWNER=app
COPY . /app
RUN chown -R $OWNER:$OWNER /app
COPY . /app
RUN chown -R app: /app
