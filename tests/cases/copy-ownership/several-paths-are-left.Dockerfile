FROM debian:12
COPY . /app
RUN chown -R app:app /app /srv
COPY . /app
RUN chown -R --from=root app:app /app
