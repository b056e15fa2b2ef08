FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -o run run.c -lMagickWand-6.Q16
ENTRYPOINT exec ./run
