FROM gcc:13
RUN apt-get update && apt-get install -y --no-install-recommends libpci-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN gcc -O2 -o /usr/local/bin/app main.c -lpci
CMD ["app"]
