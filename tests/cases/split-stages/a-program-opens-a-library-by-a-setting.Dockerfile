FROM gcc:13
WORKDIR /src
COPY . .
RUN make
CMD ["/src/host", "/src/host.conf"]
