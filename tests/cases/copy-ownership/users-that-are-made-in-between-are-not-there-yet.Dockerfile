FROM python:3.12
COPY . /app
RUN useradd app
COPY more /app/more
RUN chown -R app:app /app
