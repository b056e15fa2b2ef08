FROM debian:12
RUN touch g
RUN look() { V=$(test -f f; exec >log); }; look && true
