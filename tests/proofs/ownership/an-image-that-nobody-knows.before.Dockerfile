FROM example.com/base
COPY . /app
RUN chown -R 1:1 /app
