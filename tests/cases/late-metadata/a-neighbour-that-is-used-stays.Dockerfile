FROM debian:bookworm-slim
ARG VERSION=1.0
ARG GIT_COMMIT
RUN curl -fsSLo /usr/local/bin/tool https://example.com/$VERSION/tool
