FROM gcc:12
WORKDIR /src
COPY . .
RUN cp libbar.so /usr/local/lib/ && ldconfig && g++ -o foo foo.cpp -lbar
CMD ["./foo"]
