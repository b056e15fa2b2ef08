FROM gcc:13-bookworm
WORKDIR /src
COPY . .
RUN ./build.sh
CMD ["./app"]
