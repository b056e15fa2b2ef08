FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -o run run.c -lncursesw
ENTRYPOINT exec ./run
