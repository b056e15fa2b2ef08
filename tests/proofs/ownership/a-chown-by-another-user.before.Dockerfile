FROM ubuntu:22.04
RUN groupadd app && useradd -g app app
USER app
COPY . /app
RUN chown -R app:app /app
