FROM debian:bookworm-slim
RUN make
ARG VERSION
