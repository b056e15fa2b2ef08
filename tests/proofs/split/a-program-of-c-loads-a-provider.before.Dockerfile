FROM gcc:13
RUN apt-get update && apt-get install -y --no-install-recommends libssl-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN gcc -O2 -o /usr/local/bin/app main.c -lcrypto
CMD ["app"]
