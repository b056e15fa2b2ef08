FROM gcc:12
WORKDIR /src
COPY . .
RUN gcc -O2 -o /usr/local/bin/stamp main.c
CMD ["stamp"]
