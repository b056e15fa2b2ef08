FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -O2 -fopenmp -o sum sum.c
ENTRYPOINT exec ./sum
