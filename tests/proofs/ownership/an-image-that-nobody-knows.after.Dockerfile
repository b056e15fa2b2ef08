FROM example.com/base
COPY --chown=1:1 . /app
