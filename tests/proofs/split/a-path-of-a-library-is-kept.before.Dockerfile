FROM gcc:13
WORKDIR /src
COPY . .
RUN mkdir lib && gcc -shared -fPIC -o lib/libgreet.so greet.c && gcc -o app main.c lib/libgreet.so
CMD ["./app"]
