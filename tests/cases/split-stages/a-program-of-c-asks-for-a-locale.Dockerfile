FROM gcc:12
ENV LANG=C.UTF-8
WORKDIR /src
COPY . .
RUN gcc -o app main.c
CMD ["./app"]
