FROM gcc:12
WORKDIR /app
COPY . .
RUN make && make install
CMD ["srv"]
