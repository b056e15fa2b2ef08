FROM node:20
RUN apt-get update && apt-get install -y corp-tool && rm -rf /var/lib/apt/lists/*
CMD ["node"]
