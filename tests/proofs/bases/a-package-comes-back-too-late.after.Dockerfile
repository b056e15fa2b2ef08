FROM node:20-slim
RUN git clone https://example.org/a.git /a
RUN apt-get update && apt-get install --no-install-recommends -y git && rm -rf /var/lib/apt/lists/*
CMD ["node", "/a"]
