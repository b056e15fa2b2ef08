FROM debian:bookworm-slim
ARG GIT_SHA
RUN apt-get update && apt-get install -y curl
COPY tool /usr/local/bin/
CMD ["tool"]
