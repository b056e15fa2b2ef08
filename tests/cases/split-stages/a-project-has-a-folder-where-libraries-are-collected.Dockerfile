FROM gcc:12
COPY . .
RUN gcc fetch.c -o fetch
CMD ["./fetch"]
