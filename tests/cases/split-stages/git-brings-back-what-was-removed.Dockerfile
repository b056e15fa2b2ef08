FROM gcc:12
WORKDIR /src
COPY . .
RUN gcc -o hello hello.c
RUN rm -rf data && git checkout data
CMD ["./hello"]
