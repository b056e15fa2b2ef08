FROM debian:12
WORKDIR /src
WORKDIR /src/lib
RUN make
RUN ls > /list
CMD ["app"]
