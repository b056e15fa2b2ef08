FROM gcc:12
COPY . /src
WORKDIR /src
RUN make && make install
CMD ["tool"]
