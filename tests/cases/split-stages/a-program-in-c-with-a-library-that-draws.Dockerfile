FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -O2 -o draw draw.c -lMagickWand-6.Q16
ENTRYPOINT exec ./draw
