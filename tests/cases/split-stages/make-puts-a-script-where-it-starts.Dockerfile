FROM gcc:12
WORKDIR /src
COPY . .
RUN make install
ENTRYPOINT ["/usr/local/bin/run.sh"]
