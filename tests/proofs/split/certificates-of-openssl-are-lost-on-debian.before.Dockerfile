FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -o run run.c -lssl -lcrypto
ENTRYPOINT exec ./run
