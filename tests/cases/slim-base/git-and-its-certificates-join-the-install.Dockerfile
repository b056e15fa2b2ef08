FROM node:20
RUN apt-get update && \
    apt-get install -y --no-install-recommends \
        jq \
        tree && \
    rm -rf /var/lib/apt/lists/*
RUN git clone --depth 1 https://example.com/a.git /a
CMD ["node"]
