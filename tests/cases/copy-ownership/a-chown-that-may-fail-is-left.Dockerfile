FROM debian:12
COPY . /app
RUN chown -R app:app /app || true
COPY . /srv/app
RUN chown -R app:app /srv/app; ls
