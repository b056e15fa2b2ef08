FROM gcc:12
WORKDIR /src
COPY . .
RUN gcc -O2 -o /usr/local/bin/load load.c -ldl
CMD ["/usr/local/bin/load"]
