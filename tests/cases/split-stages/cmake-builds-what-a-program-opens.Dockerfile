FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc make cmake libc6-dev
COPY . /src
RUN cmake -S /src -B /src/build && cmake --build /src/build && cmake --install /src/build && ldconfig
CMD ["greet"]
