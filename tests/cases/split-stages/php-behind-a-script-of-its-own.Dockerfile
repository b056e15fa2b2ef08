FROM php:8.2-cli
COPY setup.sh /tmp/
RUN /tmp/setup.sh
COPY . /app
CMD ["php", "/app/index.php"]
