FROM gcc:12
WORKDIR /src
COPY . .
RUN make
ENV LD_LIBRARY_PATH=lib
CMD ["./greet"]
