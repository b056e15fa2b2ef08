FROM gcc:13
WORKDIR /src
COPY . .
ENV LD_LIBRARY_PATH=/src/lib
RUN g++ -o foo foo.cpp -L./lib -lbar
CMD ["./foo"]
