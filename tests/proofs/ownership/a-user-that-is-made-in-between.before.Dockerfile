FROM debian:12
COPY . /app
RUN useradd app
RUN chown -R app:app /app
