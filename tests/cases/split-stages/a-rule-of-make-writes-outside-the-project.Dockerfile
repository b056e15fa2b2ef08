FROM gcc:12
WORKDIR /src
COPY . .
RUN make && cp app /usr/local/bin
CMD ["app"]
