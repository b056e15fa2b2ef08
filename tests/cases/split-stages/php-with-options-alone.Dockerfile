FROM php:8.2-cli
COPY . /app
WORKDIR /app
CMD ["-S", "0.0.0.0:8000"]
