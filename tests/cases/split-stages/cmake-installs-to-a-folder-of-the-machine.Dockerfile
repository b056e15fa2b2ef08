FROM gcc:13
RUN apt-get update && apt-get install -y --no-install-recommends cmake && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cmake -S . -B build -DCMAKE_INSTALL_PREFIX=/usr && cmake --build build && cmake --install build
CMD ["/usr/bin/app"]
