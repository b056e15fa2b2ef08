FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -pthread -o run run.c
ENTRYPOINT exec ./run
