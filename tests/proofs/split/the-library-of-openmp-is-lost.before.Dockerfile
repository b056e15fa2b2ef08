FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -fopenmp -o run run.c
ENTRYPOINT exec ./run
