FROM debian:12
WORKDIR /src
RUN cd lib && make
RUN ls > /list
CMD ["app"]
