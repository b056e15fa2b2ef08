FROM ubuntu:22.04 AS unprivileged
RUN groupadd app && useradd -g app app
USER app
COPY . /app
RUN chown -R app:app /app

FROM unprivileged
COPY . /srv/app
RUN chown -R app:app /srv/app

FROM ubuntu:22.04
RUN groupadd app && useradd -g app app
USER app
COPY . /app
USER root
RUN chown -R app:app /app
