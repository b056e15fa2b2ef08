FROM node:20
RUN apt-get update && apt-get install -y --no-install-recommends jq && jq --version && apt-get purge -y jq && rm -rf /var/lib/apt/lists/*
CMD ["node"]
