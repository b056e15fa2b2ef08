FROM buildpack-deps:bookworm
WORKDIR /src
COPY . .
RUN make && make install
CMD crunch --level "$LEVEL"
