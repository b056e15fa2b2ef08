FROM gcc:12
WORKDIR /app
COPY . .
RUN make
CMD ["./app"]
