FROM gcc:12
COPY fetch.c .
RUN gcc fetch.c -o fetch
CMD ["./fetch"]
